package io.natsproxy.core.transport.netty;

import java.nio.charset.StandardCharsets;

import io.natsproxy.core.header.NatsHeaders;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

class OutgoingMessageTests {

	private final EmbeddedChannel channel = new EmbeddedChannel();

	private final OutgoingBatch batch = new OutgoingBatch();

	@AfterEach
	void close() {
		this.channel.finishAndReleaseAll();
	}

	@Test
	void aMessageWithoutHeadersIsAPub() {
		assertThat(written("a.b", null, null, "data")).isEqualTo("PUB a.b 4\r\ndata\r\n");
		assertThat(written("a.b", "r.1", null, "data")).isEqualTo("PUB a.b r.1 4\r\ndata\r\n");
		assertThat(written("a", null, new NatsHeaders(), "")).isEqualTo("PUB a 0\r\n\r\n");
	}

	@Test
	void aMessageWithHeadersIsAnHpub() {
		NatsHeaders headers = new NatsHeaders().add("Key", "value").add("B", "").add("Key", "again");
		String block = "NATS/1.0\r\nKey:value\r\nB:\r\nKey:again\r\n\r\n";
		assertThat(block).hasSize(38);
		assertThat(written("a", null, headers, "data")).isEqualTo("HPUB a 38 42\r\n" + block + "data\r\n");
		assertThat(written("a", "r", headers, "")).isEqualTo("HPUB a r 38 38\r\n" + block + "\r\n");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 9, 10, 99, 100, 9_999, 100_000, 1_048_576 })
	void theLengthIsWrittenInFull(int length) {
		String data = "x".repeat(length);
		assertThat(written("a", null, null, data)).isEqualTo("PUB a " + length + "\r\n" + data + "\r\n");
	}

	@Test
	void subjectsAreWrittenInUtf8() {
		assertThat(written("\u00e9.\u20ac.\ud83d\ude00", "\u20ac".repeat(500), null, "\u20ac"))
			.isEqualTo("PUB \u00e9.\u20ac.\ud83d\ude00 " + "\u20ac".repeat(500) + " 3\r\n\u20ac\r\n");
	}

	@Test
	void headersLargerThanTheFirstArrayAreWrittenInFull() {
		NatsHeaders headers = new NatsHeaders();
		for (int i = 0; i < 300; i++) {
			headers.add("Name-" + i, "value ".repeat(i % 50));
		}
		String written = written("a", null, headers, "data");
		assertThat(written).startsWith("HPUB a " + headers.serializedLength() + " " + (headers.serializedLength() + 4))
			.endsWith("\r\n\r\ndata\r\n")
			.hasLineCount(304)
			.contains("\r\nName-299:" + "value ".repeat(49) + "\r\n");
		assertThat(written("a", null, null, "x")).isEqualTo("PUB a 1\r\nx\r\n");
	}

	@Test
	void theServerCountsHeadersAndPayload() {
		byte[] payload = new byte[7];
		NatsHeaders headers = new NatsHeaders().add("Key", "value");
		assertThat(new OutgoingMessage("a", "r", null, payload).length()).isEqualTo(7);
		assertThat(new OutgoingMessage("a", "r", new NatsHeaders(), payload).length()).isEqualTo(7);
		assertThat(new OutgoingMessage("a", "r", headers, payload).length()).isEqualTo(7 + headers.serializedLength());
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a b", "a\tb", "a\rb", "a\nb", "a\r\nPUB b 0\r\n", "\0", "a\u007f", "a " })
	void aSubjectThatWouldEndItsWordIsRefused(String subject) {
		assertThatIllegalArgumentException().isThrownBy(() -> new OutgoingMessage(subject, null, null, new byte[0]))
			.withMessage("Malformed subject");
		assertThatIllegalArgumentException().isThrownBy(() -> new OutgoingMessage("a", subject, null, new byte[0]))
			.withMessage("Malformed subject");
	}

	@Test
	void aSubjectThatNoServerTakesIsRefused() {
		assertThatNoException().isThrownBy(() -> new OutgoingMessage("s".repeat(64 * 1024), null, null, new byte[0]));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new OutgoingMessage("s".repeat(64 * 1024 + 1), null, null, new byte[0]));
	}

	private String written(String subject, String replySubject, NatsHeaders headers, String data) {
		OutgoingMessage publication = new OutgoingMessage(subject, replySubject, headers,
				data.getBytes(StandardCharsets.UTF_8));
		ByteBuf space = this.batch.space(this.channel, publication.size());
		int start = space.writerIndex();
		publication.write(this.batch, space);
		assertThat(space.writerIndex() - start).isLessThanOrEqualTo(publication.size());
		String written = space.toString(start, space.writerIndex() - start, StandardCharsets.UTF_8);
		this.batch.flush();
		return written;
	}

}
