package io.natsproxy.it.socket;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

import io.natsproxy.it.support.TestApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static io.natsproxy.it.socket.RawWebSocketClient.BINARY;
import static io.natsproxy.it.socket.RawWebSocketClient.CONTINUATION;
import static io.natsproxy.it.socket.RawWebSocketClient.FIN;
import static io.natsproxy.it.socket.RawWebSocketClient.PING;
import static io.natsproxy.it.socket.RawWebSocketClient.RSV1;
import static io.natsproxy.it.socket.RawWebSocketClient.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compression of messages (RFC 7692).
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class WebSocketCompressionIntegrationTests {

	private static final int LIMIT = 64 * 1024;

	private static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate";

	@RegisterExtension
	static SocketChain chain = new SocketChain();

	static TestApplication compressing;

	@BeforeAll
	static void start() {
		compressing = TestApplication.gateway(chain.broker())
			.properties("natsproxy.gateway.websocket.compress=true")
			.start();
	}

	@AfterAll
	static void stop() {
		SocketChain.awaitNothingOpen(compressing, chain.service());
		compressing.close();
	}

	private static SocketPair open(String... headers) {
		return SocketPair.open(compressing.port(), chain.service(), "", headers);
	}

	@Test
	void messagesAreCompressedWhereBothSidesWantIt() throws Exception {
		String text = "again and ".repeat(1000);
		try (SocketPair pair = open(OFFER)) {
			assertThat(pair.client().response().header("Sec-WebSocket-Extensions")).first()
				.asString()
				.startsWith("permessage-deflate");
			pair.client().send(FIN | RSV1 | TEXT, new Deflating().deflate(text)).text("not compressed");
			assertThat(pair.service().next().text()).isEqualTo(text);
			assertThat(pair.service().next().text()).isEqualTo("not compressed");
			pair.service().sendText(text);
			RawWebSocketClient.Frame frame = pair.client().read();
			assertThat(frame.first()).isEqualTo(FIN | RSV1 | TEXT);
			assertThat(frame.payload().length).isLessThan(text.length() / 10);
			assertThat(inflate(frame.payload())).isEqualTo(text);
		}
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "permessage-deflate; client_max_window_bits", "foo, permessage-deflate; x, permessage-deflate",
					"permessage-deflate; client_max_window_bits=15", "x-webkit-deflate-frame, permessage-deflate" })
	void offersOfClientsAreUnderstood(String offer) {
		try (SocketPair pair = open("Sec-WebSocket-Extensions: " + offer)) {
			assertThat(pair.client().response().header("Sec-WebSocket-Extensions"))
				.containsExactly("permessage-deflate");
			pair.client().send(FIN | RSV1 | TEXT, new Deflating().deflate("understood"));
			assertThat(pair.service().next().text()).isEqualTo("understood");
		}
	}

	@Test
	void offersMayComeInSeveralLines() {
		try (SocketPair pair = open("Sec-WebSocket-Extensions: foo", OFFER)) {
			assertThat(pair.client().response().header("Sec-WebSocket-Extensions"))
				.containsExactly("permessage-deflate");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "x-webkit-deflate-frame", "deflate-frame", "permessage-deflate; client_max_window_bits=x",
			"permessage-deflate; client_max_window_bits=\"\"", "permessage-deflate; client_max_window_bits=99",
			"permessage-deflate; server_max_window_bits", "permessage-deflate; server_max_window_bits=x",
			"permessage-deflate; client_max_window_bits= 10", ",;,=", "" })
	void otherOffersAreDeclinedWithoutNoise(String offer, CapturedOutput output) {
		try (SocketPair pair = open("Sec-WebSocket-Extensions: " + offer)) {
			assertThat(pair.client().response().header("Sec-WebSocket-Extensions")).isEmpty();
			pair.client().text("plain");
			assertThat(pair.service().next().text()).isEqualTo("plain");
		}
		assertThat(output.getAll()).doesNotContain("WARN").doesNotContain("ERROR").doesNotContain("\tat ");
	}

	@Test
	void messagesMayReferToThoseBefore() {
		byte[] random = bytes(20_000);
		Deflating client = new Deflating();
		try (SocketPair pair = open(OFFER)) {
			pair.client().send(FIN | RSV1 | BINARY, client.deflate(random));
			byte[] second = client.deflate(random);
			assertThat(second.length).as("a reference").isLessThan(1000);
			pair.client().send(FIN | RSV1 | BINARY, second);
			pair.client().send(FIN | BINARY, new byte[10]);
			pair.client().send(FIN | RSV1 | BINARY, client.deflate(random));
			assertThat(pair.service().next().payload()).isEqualTo(random);
			assertThat(pair.service().next().payload()).isEqualTo(random);
			assertThat(pair.service().next().payload()).isEqualTo(new byte[10]);
			assertThat(pair.service().next().payload()).isEqualTo(random);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "f248cdc9c90700", "f348cdc9c9070000", "000500faff48656c6c6f00",
			"f24805000000ffffcac9c90700", "f348cdc9c90700000000ffff00" })
	void examplesOfTheRfcAreUnderstood(String hex) {
		try (SocketPair pair = open(OFFER)) {
			for (int i = 0; i < 3; i++) {
				pair.client().send(FIN | RSV1 | TEXT, HexFormat.of().parseHex(hex));
				assertThat(pair.service().next()).hasToString("TEXT Hello");
			}
			pair.client().send(FIN | RSV1 | TEXT, HexFormat.of().parseHex("00"));
			assertThat(pair.service().next()).hasToString("TEXT ");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 65_000, 65_500, 65_535, 65_536 })
	void limitCountsTheBytesOfTheMessageHoweverItIsCompressed(int length) {
		byte[] random = bytes(length);
		byte[] zeros = new byte[length];
		try (SocketPair pair = open(OFFER)) {
			pair.client().send(FIN | RSV1 | BINARY, new Deflating().deflate(random));
			pair.client().send(FIN | RSV1 | BINARY, new Deflating().deflate(zeros));
			pair.client().send(FIN | RSV1 | BINARY, new Deflating(Deflater.NO_COMPRESSION).deflate(random));
			pair.client().binary(random);
			assertThat(pair.service().next().payload()).isEqualTo(random);
			assertThat(pair.service().next().payload()).isEqualTo(zeros);
			assertThat(pair.service().next().payload()).isEqualTo(random);
			assertThat(pair.service().next().payload()).isEqualTo(random);
			pair.service().sendBinary(random);
			assertThat(pair.client().read().opcode()).isEqualTo(BINARY);
		}
	}

	@Test
	void limitCountsFragmentsTogether() {
		byte[] random = bytes(LIMIT);
		byte[] deflated = new Deflating().deflate(random);
		try (SocketPair pair = open(OFFER)) {
			pair.client()
				.send(RSV1 | BINARY, Arrays.copyOf(deflated, 30_000))
				.send(FIN | PING, "between")
				.send(CONTINUATION, new byte[0])
				.send(CONTINUATION, Arrays.copyOfRange(deflated, 30_000, 60_001))
				.send(FIN | CONTINUATION, Arrays.copyOfRange(deflated, 60_001, deflated.length));
			assertThat(pair.client().read()).hasToString("8a 'between'");
			assertThat(pair.service().next().payload()).isEqualTo(random);
		}
	}

	@ParameterizedTest
	@CsvSource({ "65537,6", "65537,0", "200000,6", "16777216,9" })
	void messagesThatAreLongerWhenInflatedAreA1009(int length, int level) {
		try (SocketPair pair = open(OFFER)) {
			pair.client().send(FIN | RSV1 | BINARY, new Deflating(level).deflate(new byte[length]));
			assertThat(pair.client().read().closeCode()).isEqualTo(1009);
			assertThat(pair.service().closed()).startsWith("1009");
			assertThat(pair.service().count()).isZero();
		}
	}

	@Test
	void bombInFragmentsIsA1009() {
		byte[] bomb = new Deflating().deflate(new byte[64 * 1024 * 1024]);
		try (SocketPair pair = open(OFFER)) {
			pair.client().send(RSV1 | BINARY, Arrays.copyOf(bomb, 10));
			pair.client().send(CONTINUATION, Arrays.copyOfRange(bomb, 10, bomb.length));
			assertThat(pair.client().read().closeCode()).isEqualTo(1009);
			assertThat(pair.service().closed()).startsWith("1009");
			assertThat(pair.service().count()).isZero();
		}
	}

	@Test
	void messagesThatAreNotCompressedHaveTheSameLimit() {
		try (SocketPair pair = open(OFFER)) {
			pair.client().binary(new byte[LIMIT + 1]);
			assertThat(pair.client().read().closeCode()).isEqualTo(1009);
			assertThat(pair.service().closed()).startsWith("1009");
			assertThat(pair.service().count()).isZero();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "ffffffff", "07", "f248cdc9c9ff", "0005000000" })
	void messagesThatCannotBeInflatedAreA1007(String hex) {
		try (SocketPair pair = open(OFFER)) {
			pair.client().send(FIN | RSV1 | TEXT, HexFormat.of().parseHex(hex));
			assertThat(pair.client().read().closeCode()).isEqualTo(1007);
			assertThat(pair.service().closed()).startsWith("1007");
			assertThat(pair.service().count()).isZero();
		}
	}

	@ParameterizedTest
	@CsvSource({ "1,0", "1,64", "2,64" })
	void bitOfCompressionOnAContinuationIsA1002(int opcode, int first) {
		try (SocketPair pair = open(OFFER)) {
			byte[] deflated = new Deflating().deflate("hello, hello");
			pair.client().send(first | opcode, Arrays.copyOf(deflated, 4));
			pair.client().send(FIN | RSV1 | CONTINUATION, Arrays.copyOfRange(deflated, 4, deflated.length));
			assertThat(pair.client().read().closeCode()).isEqualTo(1002);
			assertThat(pair.service().closed()).startsWith("1002");
			assertThat(pair.service().count()).isZero();
		}
	}

	@ParameterizedTest
	@CsvSource({ "1,32", "1,16", "1,96", "2,48", "8,64", "9,64", "10,64" })
	void otherReservedBitsAreA1002(int opcode, int bits) {
		try (SocketPair pair = open(OFFER)) {
			pair.client().send(FIN | bits | opcode, new byte[0]);
			assertThat(pair.client().read().closeCode()).isEqualTo(1002);
			assertThat(pair.service().closed()).startsWith("1002");
			assertThat(pair.service().count()).isZero();
		}
	}

	@Test
	void clientThatLeavesWithinACompressedMessageMakesNoNoise(CapturedOutput output) {
		try (SocketPair pair = open(OFFER)) {
			pair.client()
				.text("whole")
				.send(RSV1 | BINARY, Arrays.copyOf(new Deflating().deflate(bytes(20_000)), 9000));
			assertThat(pair.service().next().text()).isEqualTo("whole");
			pair.client().shutdown();
			assertThat(pair.service().closed()).startsWith("1006");
			assertThat(pair.service().count()).isEqualTo(1);
		}
		SocketChain.awaitNothingOpen(compressing, chain.service());
		assertThat(output.getAll()).doesNotContain("WARN").doesNotContain("ERROR").doesNotContain("\tat ");
	}

	@Test
	void compressionIsOffUnlessSet() {
		try (SocketPair pair = chain.open(OFFER)) {
			assertThat(pair.client().response().header("Sec-WebSocket-Extensions")).isEmpty();
		}
	}

	private static byte[] bytes(int length) {
		byte[] bytes = new byte[length];
		new Random(length).nextBytes(bytes);
		return bytes;
	}

	private static String inflate(byte[] payload) throws DataFormatException {
		Inflater inflater = new Inflater(true);
		byte[] input = Arrays.copyOf(payload, payload.length + 4);
		input[payload.length + 2] = (byte) 0xff;
		input[payload.length + 3] = (byte) 0xff;
		inflater.setInput(input);
		byte[] output = new byte[1024 * 1024];
		int length = inflater.inflate(output);
		inflater.end();
		return new String(output, 0, length, StandardCharsets.UTF_8);
	}

	/**
	 * Compresses the messages of one client.
	 */
	private static final class Deflating {

		private final Deflater deflater;

		Deflating() {
			this(Deflater.DEFAULT_COMPRESSION);
		}

		Deflating(int level) {
			this.deflater = new Deflater(level, true);
		}

		byte[] deflate(String text) {
			return deflate(text.getBytes(StandardCharsets.UTF_8));
		}

		byte[] deflate(byte[] bytes) {
			if (bytes.length == 0) {
				// RFC 7692, section 7.2.3.6
				return new byte[1];
			}
			this.deflater.setInput(bytes);
			ByteArrayOutputStream output = new ByteArrayOutputStream();
			byte[] buffer = new byte[64 * 1024];
			int count;
			do {
				count = this.deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
				output.write(buffer, 0, count);
			}
			while (count == buffer.length);
			// Section 7.2.1
			return Arrays.copyOf(output.toByteArray(), output.size() - 4);
		}

	}

}
