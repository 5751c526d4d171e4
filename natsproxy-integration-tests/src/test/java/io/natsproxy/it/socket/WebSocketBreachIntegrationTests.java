package io.natsproxy.it.socket;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.natsproxy.it.gateway.RawHttpClient;
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

import static io.natsproxy.it.socket.RawWebSocketClient.CLOSE;
import static io.natsproxy.it.socket.RawWebSocketClient.CONTINUATION;
import static io.natsproxy.it.socket.RawWebSocketClient.FIN;
import static io.natsproxy.it.socket.RawWebSocketClient.PING;
import static io.natsproxy.it.socket.RawWebSocketClient.PONG;
import static io.natsproxy.it.socket.RawWebSocketClient.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that do what they must not, or more of it than is good.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class WebSocketBreachIntegrationTests {

	@RegisterExtension
	static SocketChain chain = new SocketChain();

	/**
	 * A gateway whose sockets buffer little.
	 */
	static TestApplication small;

	@BeforeAll
	static void start() {
		small = TestApplication.gateway(chain.broker()).with(SmallBuffers.class).start();
	}

	@AfterAll
	static void stop() {
		SocketChain.awaitNothingOpen(small, chain.service());
		small.close();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1999, 2000, 2999, 5000, 9999, 32767, 32768, 65535 })
	void closeWithACodeThatMustNotBeSentIsA1002(int code) {
		try (SocketPair pair = chain.open()) {
			pair.client().text("before").close(code, "why");
			RawWebSocketClient.Frame frame = pair.client().read();
			assertThat(frame.opcode()).as(frame.toString()).isEqualTo(CLOSE);
			assertThat(frame.closeCode()).isEqualTo(1002);
			assertThat(pair.client().isEnded()).isTrue();
			assertThat(pair.service().closed()).startsWith("1002");
			assertThat(pair.service().next().text()).isEqualTo("before");
		}
	}

	@ParameterizedTest
	@ValueSource(
			ints = { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999 })
	void closeWithACodeThatMayBeSentIsAnsweredAndTold(int code) {
		try (SocketPair pair = chain.open()) {
			pair.client().close(code, "why");
			assertThat(pair.client().read()).hasToString("close " + code + " 'why'");
			assertThat(pair.client().isEnded()).isTrue();
			assertThat(pair.service().closed()).isEqualTo(code + " why");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "ff", "c3", "c080", "eda080", "61e282" })
	void reasonThatIsNoUtf8IsA1007(String hex) {
		try (SocketPair pair = chain.open()) {
			byte[] reason = HexFormat.of().parseHex(hex);
			pair.client()
				.send(FIN | CLOSE, ByteBuffer.allocate(2 + reason.length).putShort((short) 1000).put(reason).array());
			assertThat(pair.client().read().closeCode()).isEqualTo(1007);
			assertThat(pair.client().isEnded()).isTrue();
			assertThat(pair.service().closed()).startsWith("1007");
		}
	}

	@Test
	void closeOfOneByteIsA1002() {
		try (SocketPair pair = chain.open()) {
			pair.client().send(FIN | CLOSE, new byte[] { 3 });
			assertThat(pair.client().read().closeCode()).isEqualTo(1002);
			assertThat(pair.client().isEnded()).isTrue();
			assertThat(pair.service().closed()).startsWith("1002");
		}
	}

	@Test
	void reasonThatIsTooLongIsA1002() {
		try (SocketPair pair = chain.open()) {
			pair.client().close(1000, "r".repeat(124));
			assertThat(pair.client().read().closeCode()).isEqualTo(1002);
			assertThat(pair.client().isEnded()).isTrue();
			assertThat(pair.service().closed()).startsWith("1002");
		}
	}

	@Test
	void clientIsToldOfABreachAlthoughTheServiceDoesNotRead() {
		try (SocketPair pair = chain.openUnread()) {
			// More than the window takes, but for the gateway one read.
			pair.client()
				.bytes(repeat(RawWebSocketClient.frame(FIN | TEXT, "x".getBytes()), 2000))
				.send(FIN | 3, "bad");
			assertThat(pair.client().read().closeCode()).isEqualTo(1002);
			pair.client().shutdown();
			pair.service().request(Long.MAX_VALUE);
			assertThat(pair.service().closed()).startsWith("1002");
			pair.service().awaitCompletion();
			assertThat(pair.service().count()).isEqualTo(2000);
		}
	}

	@Test
	void closeIsNotLostInAResetWhileTheClientIsSendingWhatIsTooLong() throws Exception {
		try (SocketPair pair = chain.open()) {
			CompletableFuture<Void> sending = CompletableFuture
				.runAsync(() -> pair.client().binary(new byte[16 * 1024 * 1024]));
			sending.get(30, TimeUnit.SECONDS);
			assertThat(pair.client().read().closeCode()).isEqualTo(1009);
			assertThat(pair.client().isEnded()).isTrue();
			assertThat(pair.service().closed()).startsWith("1009");
		}
	}

	@ParameterizedTest
	@CsvSource({ "8,64", "8,32", "8,16", "9,64", "9,32", "10,16" })
	void reservedBitsOfControlFramesAreA1002(int opcode, int bit) {
		try (SocketPair pair = chain.open()) {
			pair.client().send(FIN | bit | opcode, new byte[0]);
			assertThat(pair.client().read().closeCode()).isEqualTo(1002);
			pair.client().close(1002, "");
			assertThat(pair.client().isEnded()).isTrue();
			assertThat(pair.service().closed()).startsWith("1002");
		}
	}

	private static byte[] repeat(byte[] frame, int times) {
		ByteBuffer frames = ByteBuffer.allocate(frame.length * times);
		for (int i = 0; i < times; i++) {
			frames.put(frame);
		}
		return frames.array();
	}

	@Test
	void newestOfAFloodOfPingsIsAnswered() {
		try (SocketPair pair = SocketPair.open(small.port(), 8 * 1024, chain.service(), "")) {
			byte[] pings = repeat(RawWebSocketClient.frame(FIN | PING, "p".repeat(120).getBytes()), 1000);
			for (int i = 0; i < 40; i++) {
				pair.client().bytes(pings);
			}
			pair.client().send(FIN | PING, "the newest").text("end");
			assertThat(pair.service().next().text()).isEqualTo("end");
			RawWebSocketClient.Frame frame = pair.client().read();
			int answers = 1;
			while (!frame.text().equals("the newest")) {
				assertThat(frame.opcode()).isEqualTo(PONG);
				frame = pair.client().read();
				answers++;
			}
			assertThat(answers).isLessThan(40_000);
			pair.client().send(FIN | PING, "after it");
			assertThat(pair.client().read()).hasToString("8a 'after it'");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "close", "reset", "shutdownOutput", "CLOSE" })
	void clientThatLeavesWithinAFragmentedMessageMakesNoNoise(String how, CapturedOutput output) {
		try (SocketPair pair = chain.open()) {
			pair.client().text("whole").send(TEXT, "a").send(CONTINUATION, "b");
			byte[] frame = RawWebSocketClient.frame(CONTINUATION, new byte[1000]);
			pair.client().bytes(frame);
			assertThat(pair.service().next().text()).isEqualTo("whole");
			switch (how) {
				case "close" -> pair.client().shutdown();
				case "reset" -> pair.client().reset();
				case "shutdownOutput" -> pair.client().shutdownOutput();
				default -> pair.client().close(1000, "");
			}
			assertThat(pair.service().closed()).startsWith(how.equals("CLOSE") ? "1000" : "1006");
			pair.service().awaitCompletion();
			assertThat(pair.service().count()).isEqualTo(1);
		}
		SocketChain.awaitNothingOpen(chain.gateway(), chain.service());
		assertThat(output.getAll()).doesNotContain("WARN").doesNotContain("ERROR").doesNotContain("\tat ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Host: example.com\r\n", "" })
	void handshakeOfHttp10IsRefused(String host) {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			String request = RawWebSocketClient.handshakeRequest("/ws/bean")
				.replace("HTTP/1.1", "HTTP/1.0")
				.replace("Host: example.com\r\n", host);
			RawHttpClient.Response response = client.send(request).read();
			assertThat(response.status()).as(response.toString()).isEqualTo(400);
			assertThat(response.text()).contains("needs HTTP");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "Upgrade: websocket", "Upgrade: h2c, websocket", "Upgrade: websocket, h2c" })
	void tokensOfSeveralProtocolsAreReadAsAList(String header) {
		for (String more : new String[] { "", "Upgrade: other\r\n" }) {
			String request = RawWebSocketClient.handshakeRequest("/ws/bean")
				.replace("Upgrade: websocket\r\n", more + header + "\r\n");
			try (RawHttpClient client = new RawHttpClient(chain.port())) {
				RawHttpClient.Response response = client.send(request).read();
				assertThat(response.status()).as(request + response).isEqualTo(101);
			}
		}
	}

	@Test
	void keyThatComesTwiceIsRefused() {
		RawHttpClient.Response response = RawWebSocketClient.handshake(chain.port(), "/ws/bean",
				"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
		assertThat(response.status()).as(response.toString()).isEqualTo(400);
	}

}
