package io.natsproxy.it.socket;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;

import io.natsproxy.it.support.TestApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.WebSocketMessage;

import static io.natsproxy.it.socket.RawWebSocketClient.BINARY;
import static io.natsproxy.it.socket.RawWebSocketClient.CONTINUATION;
import static io.natsproxy.it.socket.RawWebSocketClient.FIN;
import static io.natsproxy.it.socket.RawWebSocketClient.PING;
import static io.natsproxy.it.socket.RawWebSocketClient.PONG;
import static io.natsproxy.it.socket.RawWebSocketClient.RSV1;
import static io.natsproxy.it.socket.RawWebSocketClient.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Messages of every kind and size, and frames that are none.
 */
class WebSocketFrameIntegrationTests {

	private static final int LIMIT = 64 * 1024;

	@RegisterExtension
	static SocketChain chain = new SocketChain();

	/**
	 * A gateway that forwards pings, and takes messages longer than one of NATS.
	 */
	static TestApplication other;

	/**
	 * A service behind it.
	 */
	static TestApplication large;

	@BeforeAll
	static void start() {
		other = TestApplication.gateway(chain.broker())
			.properties("natsproxy.gateway.websocket.forward-pings=true", "natsproxy.websocket.max-message-size=3MB",
					"natsproxy.subject-prefix=large")
			.start();
		large = SocketChain.service(chain.broker())
			.properties("natsproxy.websocket.max-message-size=3MB", "natsproxy.subject-prefix=large")
			.start();
	}

	@AfterAll
	static void stop() {
		SocketChain.awaitNothingOpen(other, large);
		other.close();
		large.close();
	}

	private static SocketPair openLarge(String... headers) {
		return SocketPair.open(other.port(), large, "", headers);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 125, 126, 127, 65535, 65536 })
	void messagesOfAnyLengthTravelBothWays(int length) {
		byte[] bytes = new byte[length];
		new Random(length).nextBytes(bytes);
		String text = "x".repeat(length);
		try (SocketPair pair = chain.open()) {
			pair.client().binary(bytes).text(text);
			ServiceSocket.Received binary = pair.service().next();
			assertThat(binary.type()).isEqualTo(WebSocketMessage.Type.BINARY);
			assertThat(binary.payload()).isEqualTo(bytes);
			ServiceSocket.Received received = pair.service().next();
			assertThat(received.type()).isEqualTo(WebSocketMessage.Type.TEXT);
			assertThat(received.text()).isEqualTo(text);

			pair.service().sendBinary(bytes);
			pair.service().sendText(text);
			RawWebSocketClient.Frame frame = pair.client().read();
			assertThat(frame.first()).isEqualTo(FIN | BINARY);
			assertThat(frame.payload()).isEqualTo(bytes);
			assertThat(pair.client().readText()).isEqualTo(text);
		}
	}

	@Test
	void fragmentsOfTheClientAreOneMessageAndPingsMayComeBetween() {
		try (SocketPair pair = chain.open()) {
			byte[] text = "añb".getBytes(StandardCharsets.UTF_8);
			pair.client()
				.send(TEXT, new byte[] { text[0], text[1] })
				.send(FIN | PING, "between")
				.send(CONTINUATION, new byte[0])
				.send(FIN | CONTINUATION, new byte[] { text[2], text[3] });
			assertThat(pair.service().next().text()).isEqualTo("añb");
			assertThat(pair.client().read())
				.hasToString(new RawWebSocketClient.Frame(FIN | PONG, "between".getBytes()).toString());
			pair.client().send(BINARY, "1").send(CONTINUATION, "2").send(FIN | CONTINUATION, "3");
			ServiceSocket.Received binary = pair.service().next();
			assertThat(binary).hasToString("BINARY 123");
		}
	}

	@Test
	void pingsAreAnsweredAtTheEdgeAndStayThere() {
		try (SocketPair pair = chain.open()) {
			pair.client()
				.send(FIN | PING, "p".repeat(125))
				.send(FIN | PING, "")
				.send(FIN | PONG, "unasked")
				.text("end");
			assertThat(pair.client().read()).hasToString("8a '" + "p".repeat(125) + "'");
			assertThat(pair.client().read()).hasToString("8a ''");
			assertThat(pair.service().next()).hasToString("PONG unasked");
			assertThat(pair.service().next()).hasToString("TEXT end");
		}
	}

	@Test
	void pingsAreAnsweredAlthoughTheServiceDoesNotRead() {
		try (SocketPair pair = chain.openUnread()) {
			pair.client().text("unread").send(FIN | PING, "there?");
			assertThat(pair.client().read()).hasToString("8a 'there?'");
		}
	}

	@Test
	void pingsAreForwardedWhereSetAndAnsweredOnce() {
		try (SocketPair pair = openLarge()) {
			pair.client().send(FIN | PING, "forwarded");
			assertThat(pair.client().read()).hasToString("8a 'forwarded'");
			assertThat(pair.service().next()).hasToString("PING forwarded");
			pair.service().sendText("nothing before this");
			assertThat(pair.client().readText()).isEqualTo("nothing before this");
		}
	}

	@Test
	void serviceMayPingItsClient() {
		try (SocketPair pair = chain.open()) {
			pair.service()
				.session()
				.send(Mono.just(pair.service()
					.session()
					.pingMessage((factory) -> factory.wrap("from the service".getBytes(StandardCharsets.UTF_8)))))
				.block(Duration.ofSeconds(30));
			assertThat(pair.client().read()).hasToString("89 'from the service'");
			pair.client().send(FIN | PONG, "from the service");
			assertThat(pair.service().next()).hasToString("PONG from the service");
		}
	}

	@Test
	void messagesLongerThanOneOfNatsTravelInParts() {
		byte[] bytes = new byte[3 * 1024 * 1024];
		new Random(7).nextBytes(bytes);
		try (SocketPair pair = openLarge()) {
			pair.client().binary(bytes).text("behind");
			assertThat(pair.service().next().payload()).isEqualTo(bytes);
			assertThat(pair.service().next().text()).isEqualTo("behind");
			pair.service().sendBinary(bytes);
			pair.service().sendText("ä".repeat(1024 * 1024));
			assertThat(pair.client().read().payload()).isEqualTo(bytes);
			assertThat(pair.client().readText()).isEqualTo("ä".repeat(1024 * 1024));
		}
	}

	@Test
	void frameOverTheLimitIsA1009() {
		try (SocketPair pair = chain.open()) {
			pair.client().binary(new byte[LIMIT + 1]);
			assertThat(pair.client().read().closeCode()).isEqualTo(1009);
			assertThat(pair.service().closed()).startsWith("1009");
			assertThat(pair.service().count()).isZero();
		}
	}

	@Test
	void fragmentsThatAddUpToMoreThanTheLimitAreA1009() {
		try (SocketPair pair = chain.open()) {
			pair.client().send(BINARY, new byte[LIMIT / 2]).send(CONTINUATION, new byte[LIMIT / 2]);
			pair.client().send(FIN | CONTINUATION, new byte[1]);
			assertThat(pair.client().read().closeCode()).isEqualTo(1009);
			assertThat(pair.service().closed()).startsWith("1009");
			assertThat(pair.service().count()).isZero();
		}
	}

	@Test
	void serviceCannotSendMoreThanTheLimit() {
		try (SocketPair pair = chain.open()) {
			assertThatIllegalArgumentException().isThrownBy(() -> pair.service().sendBinary(new byte[LIMIT + 1]))
				.withMessageContaining("65537 bytes");
			pair.service().sendText("still open");
			assertThat(pair.client().readText()).isEqualTo("still open");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "ff", "c080", "eda080", "f4908080", "61c3" })
	void textThatIsNoUtf8IsA1007(String hex) {
		try (SocketPair pair = chain.open()) {
			pair.client().send(FIN | TEXT, HexFormat.of().parseHex(hex));
			assertThat(pair.client().read().closeCode()).isEqualTo(1007);
			assertThat(pair.service().closed()).startsWith("1007");
			assertThat(pair.service().count()).isZero();
		}
	}

	@Test
	void textThatIsNoUtf8AcrossFragmentsIsA1007() {
		try (SocketPair pair = chain.open()) {
			pair.client().send(TEXT, new byte[] { 'a', (byte) 0xc3 }).send(FIN | CONTINUATION, "b");
			assertThat(pair.client().read().closeCode()).isEqualTo(1007);
			assertThat(pair.service().closed()).startsWith("1007");
		}
	}

	@ParameterizedTest
	@CsvSource({ "reserved opcode,838537fa213d00000000", "reserved control opcode,8b8037fa213d",
			"unmasked frame,810161", "fragmented ping,098037fa213d", "continuation of nothing,808037fa213d",
			"long ping,89fe007e37fa213d", "close of one byte,88813700000003" })
	void breachOfTheProtocolIsA1002(String name, String hex) {
		try (SocketPair pair = chain.open()) {
			pair.client().bytes(HexFormat.of().parseHex(hex.replace(" ", "")));
			assertThat(pair.client().read().closeCode()).isEqualTo(1002);
			assertThat(pair.client().isEnded()).isTrue();
			assertThat(pair.service().closed()).startsWith("1002");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { RSV1, 0x20, 0x10 })
	void reservedBitsThatNoExtensionHasClaimedAreA1002(int bit) {
		try (SocketPair pair = chain.open()) {
			pair.client().send(FIN | bit | TEXT, "text");
			assertThat(pair.client().read().closeCode()).isEqualTo(1002);
			pair.client().close(1002, "");
			assertThat(pair.service().closed()).startsWith("1002");
			assertThat(pair.service().count()).isZero();
		}
	}

	@Test
	void messageWithinAFragmentedOneIsA1002() {
		try (SocketPair pair = chain.open()) {
			pair.client().send(TEXT, "a").send(FIN | TEXT, "b");
			assertThat(pair.client().read().closeCode()).isEqualTo(1002);
			assertThat(pair.service().closed()).startsWith("1002");
			assertThat(pair.service().count()).isZero();
		}
	}

	@Test
	void whatCameBeforeABreachIsDelivered() {
		try (SocketPair pair = chain.open()) {
			for (int i = 0; i < 100; i++) {
				pair.client().text("good " + i);
			}
			pair.client().send(FIN | 3, "bad");
			assertThat(pair.client().read().closeCode()).isEqualTo(1002);
			for (int i = 0; i < 100; i++) {
				assertThat(pair.service().next().text()).isEqualTo("good " + i);
			}
			assertThat(pair.service().closed()).startsWith("1002");
		}
	}

}
