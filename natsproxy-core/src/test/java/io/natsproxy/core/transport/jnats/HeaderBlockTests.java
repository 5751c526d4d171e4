package io.natsproxy.core.transport.jnats;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

import io.nats.client.support.IncomingHeadersProcessor;
import io.natsproxy.core.wire.WireProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class HeaderBlockTests {

	private static final List<String> PIECES = List.of("NATS/1.0", "\r\n", "\r\n", "\r\n", "\r", "\n", " ", " ", ":",
			":", "a", "Key", "value", "503", "-1", "+7", "\t", "\0", "é", "٣", "\u007f", "99999999999", "Nats-Stream",
			"KV-Operation", "No Responders Available For Request", "Exceeded Max", "EOB", "100", "Idle Heartbeat");

	@ParameterizedTest
	@ValueSource(strings = { "NATS/1.0\r\n\r\n", "NATS/1.0\r\na:b\r\n\r\n", "NATS/1.0\r\na: b\r\nc:\r\n\r\n",
			"NATS/1.0\r\na:b:c\r\n\r\n", "NATS/1.0 503\r\n\r\n", "NATS/1.0 503 No Responders\r\n\r\n",
			"NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 1\r\n\r\n", "NATS/1.0 503\r\n", "NATS/1.0 503 \r\n\r\n",
			"NATS/1.0  404  x\r\n\r\n", "NATS/1.0\r\na:\t\u0001b\r\n\r\n" })
	void whatJnatsReadsIsReadable(String block) {
		assertThat(jnatsReads(bytes(block))).isTrue();
		assertThat(isReadable(bytes(block))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "N", "NATS/1.0", "NATS/1.0\r\n", "NATS/1.0\r\nnocolon\r\n\r\n",
			"NATS/1.1\r\na:b\r\n\r\n", "nats/1.0\r\na:b\r\n\r\n", "NATS/1.0\r\n:b\r\n\r\n", "NATS/1.0\r\n a:b\r\n\r\n",
			"NATS/1.0\r\na b:c\r\n\r\n", "NATS/1.0\r\na:é\r\n\r\n", "NATS/1.0\r\né:a\r\n\r\n", "NATS/1.0\r\na:b\r\n",
			"NATS/1.0\r\na:b\n\r\n\r\nx", "NATS/1.0\r\na:b\rc\r\n\r\n", "NATS/1.0\r\na:b\nc:d\r\n\r\n",
			"NATS/1.0 abc\r\n\r\n", "NATS/1.0 \r\n\r\n", "NATS/1.0 99999999999\r\n\r\n", "NATS/1.0 503 \r\n",
			"NATS/1.0x\r\n\r\n", "            ", "NATS/1.0\r\na:b\r\n\r", "NATS/1.0\r\na:          " })
	void whatEndsTheReaderOfJnatsIsNotReadable(String block) {
		assertThat(jnatsReads(bytes(block))).isFalse();
		assertThat(isReadable(bytes(block))).isFalse();
	}

	@Test
	void whateverIsReadableIsReadByJnats() {
		Random random = new Random(42);
		int readable = 0;
		for (int round = 0; round < 500_000; round++) {
			byte[] block = bytes(random.nextBoolean() ? anything(random) : mutation(random));
			if (isReadable(block)) {
				readable++;
				assertThat(jnatsReads(block)).as(new String(block, StandardCharsets.UTF_8)).isTrue();
			}
		}
		assertThat(readable).isGreaterThan(10_000);
	}

	@Test
	void everyReplacementIsReadByJnatsAndKeepsItsLength() {
		for (int length = HeaderBlock.REPLACEMENT_LENGTH; length < 200; length++) {
			byte[] block = new byte[length];
			HeaderBlock.replace(block, 0, length);
			assertThat(isReadable(block)).isTrue();
			assertThat(new IncomingHeadersProcessor(block).getHeaders().keySet())
				.containsExactly(WireProtocol.MALFORMED_HEADER);
		}
	}

	private static String anything(Random random) {
		StringBuilder block = new StringBuilder("NATS/1.0");
		for (int i = random.nextInt(9); i >= 0; i--) {
			block.append(PIECES.get(random.nextInt(PIECES.size())));
		}
		return block.append(random.nextBoolean() ? "\r\n\r\n" : "\r\n").toString();
	}

	private static String mutation(Random random) {
		StringBuilder block = new StringBuilder("NATS/1.0 503 Text\r\nKey: value\r\nOther:x\r\n\r\n");
		for (int i = random.nextInt(3); i >= 0; i--) {
			int position = random.nextInt(block.length());
			String piece = PIECES.get(random.nextInt(PIECES.size()));
			block.replace(position, Math.min(block.length(), position + random.nextInt(8)), piece);
		}
		return block.toString();
	}

	private static boolean isReadable(byte[] block) {
		byte[] around = new byte[block.length + 4];
		System.arraycopy(block, 0, around, 2, block.length);
		return HeaderBlock.isReadable(around, 2, 2 + block.length);
	}

	private static boolean jnatsReads(byte[] block) {
		try {
			new IncomingHeadersProcessor(block);
			return true;
		}
		catch (RuntimeException ex) {
			return false;
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
