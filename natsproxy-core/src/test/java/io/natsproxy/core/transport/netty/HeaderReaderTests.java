package io.natsproxy.core.transport.netty;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;

import io.nats.client.support.IncomingHeadersProcessor;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.wire.WireProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class HeaderReaderTests {

	private static final List<String> PIECES = List.of("\r\n", "\r\n", "\r", "\n", " ", " ", ":", ":", "a", "Key", "b",
			"value", "503", "\t", "\0", "\u007f", "\u00e9");

	private static final Pattern SPACE_WITHOUT_TEXT = Pattern.compile("NATS/1.0 +[^ \\r]+ +\r\n");

	private final HeaderReader reader = new HeaderReader();

	@Test
	void linesAreReadInTheirOrder() {
		assertThat(read("NATS/1.0\r\nB:1\r\nA:2\r\nB:3\r\n\r\n")).isTrue();
		assertThat(this.reader.headers()).hasToString("B: 1, A: 2, B: 3");
		assertThat(this.reader.headers().get("B")).containsExactly("1", "3");
		assertThat(this.reader.status()).isZero();
	}

	@Test
	void whitespaceAroundNamesAndValuesIsNotPartOfThem() {
		assertThat(read("NATS/1.0\r\nA: \t x y \t\r\nB :z\r\nC:\r\nD:  \r\nE:f:g\r\n\r\n")).isTrue();
		NatsHeaders headers = this.reader.headers();
		assertThat(headers.getFirst("A")).isEqualTo("x y");
		assertThat(headers.getFirst("B")).isEqualTo("z");
		assertThat(headers.getFirst("C")).isEmpty();
		assertThat(headers.getFirst("D")).isEmpty();
		assertThat(headers.getFirst("E")).isEqualTo("f:g");
	}

	@Test
	void namesKeepTheirCase() {
		assertThat(read("NATS/1.0\r\nkey:1\r\nKey:2\r\nKEY:3\r\n\r\n")).isTrue();
		assertThat(this.reader.headers()).hasToString("key: 1, Key: 2, KEY: 3");
	}

	@Test
	void aBlockWithoutLinesHasNoHeaders() {
		assertThat(read("NATS/1.0\r\n\r\n")).isTrue();
		assertThat(this.reader.headers()).isNull();
		assertThat(this.reader.status()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "503,503", "503 No Responders Available,503", "0408,408", "  100  Idle Heartbeat,100",
			"2147483647,2147483647", "0,-1", "-5,-1", "+5,-1", "\u0663,-1" })
	void aStatusIsReadOrMarked(String line, int status) {
		assertThat(read("NATS/1.0 " + line + "\r\nA:b\r\n\r\n")).isTrue();
		assertThat(this.reader.status()).isEqualTo(status);
		assertThat(this.reader.headers()).hasToString("A: b");
		assertThat(read("NATS/1.0 " + line + "\r\n\r\n")).isTrue();
		assertThat(this.reader.status()).isEqualTo(status);
		assertThat(this.reader.headers()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "NATS/1.0", "NATS/1.1\r\na:b\r\n\r\n", "NATS/1.0\r\nno colon\r\n\r\n",
			"NATS/1.0\r\n:b\r\n\r\n", "NATS/1.0\r\na:\u00e9\r\n\r\n", "NATS/1.0 2147483648\r\n\r\n",
			"NATS/1.0\r\na:b\r\n" })
	void aMalformedBlockIsMarked(String block) {
		assertThat(read(block)).isFalse();
		assertThat(this.reader.headers()).hasToString(WireProtocol.MALFORMED_HEADER + ": ");
		assertThat(this.reader.status()).isZero();
	}

	@Test
	void charactersThatAreNotPrintableAreSeenWhereverTheyStand() {
		for (int length = 0; length < 40; length++) {
			for (int position = 0; position < length; position++) {
				String before = "x~".repeat(20).substring(0, position);
				String after = "y z".repeat(20).substring(0, length - position - 1);
				for (char control : new char[] { 0, '\t', '\n', '\r', 0x1F, 0x7F }) {
					String value = before + control + after;
					boolean malformed = control == '\n' || control == '\r';
					assertThat(read("NATS/1.0\r\nA:a" + value + "b\r\n\r\n")).isEqualTo(!malformed);
					if (!malformed) {
						assertThat(this.reader.headers().getFirst("A")).isEqualTo("a" + value + "b");
					}
				}
				assertThat(read("NATS/1.0\r\nA:" + before + "\u0080" + after + "\r\n\r\n")).isFalse();
			}
			String plain = "x ~!".repeat(10).substring(0, length) + ".";
			assertThat(read("NATS/1.0\r\nA:" + plain + "\r\nB:\r\n\r\n")).isTrue();
			assertThat(this.reader.headers()).hasToString("A: " + plain + ", B: ");
		}
	}

	@Test
	void nothingOfABlockIsLeftForTheNext() {
		assertThat(read("NATS/1.0 503\r\nLong: " + "x".repeat(1000) + "\r\nOther: y\r\n\r\n")).isTrue();
		NatsHeaders first = this.reader.headers();
		assertThat(read("NATS/1.0\r\nA:b\r\n\r\n")).isTrue();
		assertThat(this.reader.headers()).hasToString("A: b");
		assertThat(this.reader.status()).isZero();
		assertThat(read("malformed")).isFalse();
		assertThat(read("NATS/1.0\r\n\r\n")).isTrue();
		assertThat(this.reader.headers()).isNull();
		assertThat(first.size()).isEqualTo(2);
		assertThat(first.getFirst("Other")).isEqualTo("y");
	}

	@Test
	void onlyTheGivenLengthOfTheArrayIsRead() {
		byte[] bytes = "NATS/1.0\r\nA:b\r\n\r\nC:d\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
		assertThat(this.reader.read(bytes, bytes.length - 7)).isTrue();
		assertThat(this.reader.headers()).hasToString("A: b");
	}

	@Test
	void manyNamesAreNotMistakenForEachOther() {
		Random random = new Random(3);
		for (int round = 0; round < 20_000; round++) {
			String name = Integer.toString(random.nextInt(2000), 36) + "-".repeat(random.nextInt(3) * 40);
			assertThat(read("NATS/1.0\r\n" + name + ":x\r\n\r\n")).isTrue();
			assertThat(this.reader.headers()).hasToString(name + ": x");
		}
	}

	/**
	 * But for a status with a space and no text, behind which jnats reads on beyond the
	 * blank line.
	 */
	@Test
	void whateverIsReadableIsReadAsByJnats() {
		Random random = new Random(42);
		int readable = 0;
		for (int round = 0; round < 100_000; round++) {
			String description = mutation(random);
			byte[] block = description.getBytes(StandardCharsets.ISO_8859_1);
			if (this.reader.read(block, block.length) && !SPACE_WITHOUT_TEXT.matcher(description).lookingAt()) {
				readable++;
				IncomingHeadersProcessor expected = new IncomingHeadersProcessor(block);
				assertThat(headers(this.reader.headers())).as(description).isEqualTo(headers(expected));
				assertThat(this.reader.status() != 0).as(description).isEqualTo(expected.getStatus() != null);
			}
		}
		assertThat(readable).isGreaterThan(10_000);
	}

	private boolean read(String block) {
		byte[] bytes = block.getBytes(StandardCharsets.UTF_8);
		return this.reader.read(bytes, bytes.length);
	}

	private static String mutation(Random random) {
		String status = random.nextBoolean() ? " 503 Text" : "";
		StringBuilder block = new StringBuilder("NATS/1.0" + status + "\r\nKey: value\r\nOther:x\r\nKey:y\r\n\r\n");
		for (int i = random.nextInt(3); i >= 0; i--) {
			int position = random.nextInt(block.length());
			String piece = PIECES.get(random.nextInt(PIECES.size()));
			block.replace(position, Math.min(block.length(), position + random.nextInt(8)), piece);
		}
		return block.toString();
	}

	private static Map<String, List<String>> headers(NatsHeaders headers) {
		Map<String, List<String>> values = new LinkedHashMap<>();
		if (headers != null) {
			headers.forEach(values::put);
		}
		return values;
	}

	private static Map<String, List<String>> headers(IncomingHeadersProcessor processor) {
		Map<String, List<String>> values = new LinkedHashMap<>();
		if (processor.getHeaders() != null) {
			processor.getHeaders().forEach(values::put);
		}
		return values;
	}

}
