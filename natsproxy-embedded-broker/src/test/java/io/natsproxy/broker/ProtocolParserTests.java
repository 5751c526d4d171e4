package io.natsproxy.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The parser, fed with every kind of fragments and with what no client should send.
 */
class ProtocolParserTests {

	private static final String CONVERSATION = "CONNECT {\"verbose\":false}\r\nPING\r\nSUB a.* 1\r\nsub\tb  q\t2 \r\n"
			+ "PUB a.b 5\r\nhello\r\nPUB a.b reply 0\r\n\r\nPONG junk\r\nUNSUB 1 7\nUNSUB 2\r\n+OK\r\nINFO {}\r\n"
			+ "HPUB a.b r 12 17\r\nNATS/1.0\r\n\r\nworld\r\nPUB x 6\r\n\r\nPING\r\nPUB " + "s".repeat(600) + " 300\r\n"
			+ "p".repeat(300) + "\r\nping\r\n";

	private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);

	@AfterEach
	void everyBufferIsReleased() {
		assertThat(usedMemory()).isZero();
	}

	@Test
	void readsAConversationInOnePiece() throws ProtocolException {
		assertThat(whole()).hasSize(18)
			.startsWith("connect {\"verbose\":false}", "ping", "subscribe a.* null 1", "subscribe b q 2")
			.contains("unsubscribe 1 7", "unsubscribe 2 0", "pong")
			.anyMatch((event) -> event.startsWith("publish ") && event.endsWith("hello\r\n"))
			.endsWith("ping");
	}

	@Test
	void readsItTheSameWhereverItIsCut() throws ProtocolException {
		List<String> expected = whole();
		for (int cut = 1; cut < CONVERSATION.length(); cut++) {
			assertThat(parse(List.of(CONVERSATION.substring(0, cut), CONVERSATION.substring(cut)))).as("cut at " + cut)
				.isEqualTo(expected);
		}
	}

	@Test
	void readsItTheSameByteByByte() throws ProtocolException {
		assertThat(parse(CONVERSATION.chars().mapToObj(Character::toString).toList())).isEqualTo(whole());
	}

	@Test
	void readsItTheSameInRandomFragments() throws ProtocolException {
		List<String> expected = whole();
		Random random = new Random(42);
		for (int round = 0; round < 500; round++) {
			List<String> fragments = new ArrayList<>();
			int start = 0;
			while (start < CONVERSATION.length()) {
				int end = Math.min(CONVERSATION.length(), start + 1 + random.nextInt(1 + random.nextInt(200)));
				fragments.add(CONVERSATION.substring(start, end));
				start = end;
			}
			assertThat(parse(fragments)).isEqualTo(expected);
		}
	}

	@Test
	void randomBytesNeverDoMoreThanEndTheConnection() {
		Random random = new Random(43);
		for (int round = 0; round < 5_000; round++) {
			byte[] bytes = new byte[1 + random.nextInt(300)];
			random.nextBytes(bytes);
			parseHostile(List.of("PUB a 10\r\n".substring(random.nextInt(10)), text(bytes)));
		}
	}

	@Test
	void damagedConversationsNeverDoMoreThanEndTheConnection() {
		Random random = new Random(44);
		for (int round = 0; round < 5_000; round++) {
			byte[] bytes = CONVERSATION.getBytes(StandardCharsets.ISO_8859_1);
			for (int i = 0; i <= random.nextInt(4); i++) {
				bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
			}
			int cut = random.nextInt(bytes.length);
			String damaged = text(bytes);
			parseHostile(List.of(damaged.substring(0, cut), damaged.substring(cut)));
		}
	}

	@Test
	void keepsNothingForAPayloadThatHasOnlyBeenAnnounced() throws ProtocolException {
		ProtocolParser parser = parser(new RecordingHandler());
		feed(parser, "PUB a 1048576\r\n");
		assertThat(usedMemory()).isZero();
		feed(parser, "x");
		assertThat(usedMemory()).isBetween(1L, 64 * 1024L);
		parser.close();
	}

	@Test
	void keepsNoLineThatIsTooLong() throws ProtocolException {
		ProtocolParser parser = parser(new RecordingHandler());
		feed(parser, "SUB ");
		for (int i = 0; i < 4096; i++) {
			feed(parser, "a");
		}
		assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> feed(parser, "a"))
			.extracting(ProtocolException::error)
			.isEqualTo(ProtocolError.MAXIMUM_CONTROL_LINE);
		parser.close();
	}

	@Test
	void releasesAPayloadThatNeverBecameComplete() throws ProtocolException {
		ProtocolParser parser = parser(new RecordingHandler());
		feed(parser, "PUB a 100\r\nonly this");
		assertThat(usedMemory()).isPositive();
		parser.close();
		parser.close();
	}

	private List<String> whole() throws ProtocolException {
		return parse(List.of(CONVERSATION));
	}

	private List<String> parse(List<String> fragments) throws ProtocolException {
		RecordingHandler handler = new RecordingHandler();
		ProtocolParser parser = parser(handler);
		for (String fragment : fragments) {
			feed(parser, fragment);
		}
		parser.close();
		return handler.events();
	}

	private void parseHostile(List<String> fragments) {
		ProtocolParser parser = parser(new RecordingHandler());
		try {
			for (String fragment : fragments) {
				feed(parser, fragment);
			}
		}
		catch (ProtocolException ex) {
			assertThat(ex.error()).isNotNull();
		}
		parser.close();
	}

	private ProtocolParser parser(RecordingHandler handler) {
		return new ProtocolParser(this.allocator, 4096, handler);
	}

	private void feed(ProtocolParser parser, String text) throws ProtocolException {
		ByteBuf in = this.allocator.buffer().writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
		try {
			parser.parse(in);
		}
		finally {
			in.release();
		}
	}

	private long usedMemory() {
		return this.allocator.metric().usedDirectMemory() + this.allocator.metric().usedHeapMemory();
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.ISO_8859_1);
	}

}
