package io.natsproxy.it.socket;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

import org.springframework.web.reactive.socket.CloseStatus;

import static io.natsproxy.it.socket.RawWebSocketClient.CLOSE;
import static io.natsproxy.it.socket.RawWebSocketClient.FIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Every cause of a close that needs no fault, and what both ends are told.
 */
@Timeout(60)
class WebSocketCloseIntegrationTests {

	@RegisterExtension
	static SocketChain chain = new SocketChain();

	@ParameterizedTest
	@CsvSource({ "1000,''", "1000,bye", "1001,going away", "1011,ümläut", "3000,registered", "4999,own",
			"1014,gateway" })
	void clientClosesWithACodeAndAReason(int code, String reason) {
		try (SocketPair pair = chain.open()) {
			pair.client().text("last").close(code, reason);
			assertThat(pair.service().closed()).isEqualTo((code + " " + reason).trim());
			assertThat(pair.service().next().text()).isEqualTo("last");
			pair.service().awaitCompletion();
			assertThat(pair.service().isOpen()).isFalse();
			RawWebSocketClient.Frame answer = pair.client().read();
			assertThat(answer.closeCode()).isEqualTo(code);
			assertThat(pair.client().isEnded()).isTrue();
		}
	}

	@Test
	void clientClosesWithTheLongestReason() {
		try (SocketPair pair = chain.open()) {
			pair.client().close(1000, "r".repeat(123));
			assertThat(pair.service().closed()).isEqualTo("1000 " + "r".repeat(123));
		}
	}

	@Test
	void clientClosesWithoutACode() {
		try (SocketPair pair = chain.open()) {
			pair.client().send(FIN | CLOSE, new byte[0]);
			assertThat(pair.service().closed()).isEqualTo("1005");
			RawWebSocketClient.Frame answer = pair.client().read();
			assertThat(answer.opcode()).isEqualTo(CLOSE);
			assertThat(pair.client().isEnded()).isTrue();
		}
	}

	@Test
	void connectionOfTheClientIsReset() {
		try (SocketPair pair = chain.open()) {
			pair.client().text("last");
			assertThat(pair.service().next().text()).isEqualTo("last");
			pair.client().reset();
			assertThat(pair.service().closed()).startsWith("1006");
			pair.service().awaitCompletion();
		}
	}

	@Test
	void clientEndsItsConnectionWithoutAClose() {
		try (SocketPair pair = chain.open()) {
			pair.client().text("last").shutdownOutput();
			assertThat(pair.service().closed()).startsWith("1006");
			assertThat(pair.service().next().text()).isEqualTo("last");
		}
	}

	@Test
	void clientGoesInTheMiddleOfAFrame() {
		try (SocketPair pair = chain.open()) {
			byte[] frame = RawWebSocketClient.frame(FIN | 1, new byte[1000]);
			pair.client().bytes(java.util.Arrays.copyOf(frame, 500)).close();
			assertThat(pair.service().closed()).startsWith("1006");
			assertThat(pair.service().count()).isZero();
		}
	}

	@ParameterizedTest
	@CsvSource({ "1000,''", "1000,bye", "1001,away", "1003,no binary", "1008,policy", "1013,later", "3999,registered",
			"4000,öwn" })
	void serviceClosesWithACodeAndAReason(int code, String reason) {
		try (SocketPair pair = chain.open()) {
			pair.service().sendText("last");
			pair.service().close(code, reason);
			assertThat(pair.client().readText()).isEqualTo("last");
			pair.client().expectClose(code, reason);
			assertThat(pair.service().closed()).isEqualTo((code + " " + reason).trim());
			pair.service().awaitCompletion();
		}
	}

	@Test
	void reasonThatIsTooLongIsCutBetweenCharacters() {
		try (SocketPair pair = chain.open()) {
			pair.service().close(4000, "€".repeat(100));
			pair.client().expectClose(4000, "€".repeat(41));
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1004, 1006, 1015, 1016, 2999 })
	void reservedCodesAreRefused(int code) {
		try (SocketPair pair = chain.open()) {
			assertThatThrownBy(() -> pair.service().session().close(new CloseStatus(code)).block())
				.isInstanceOf(IllegalArgumentException.class)
				.hasMessageContaining("reserved");
			pair.service().sendText("still open");
			assertThat(pair.client().readText()).isEqualTo("still open");
		}
	}

	@Test
	void serviceClosesWithoutACode() {
		try (SocketPair pair = chain.open()) {
			pair.service().session().close(CloseStatus.NO_STATUS_CODE).block(Duration.ofSeconds(30));
			RawWebSocketClient.Frame frame = pair.client().read();
			assertThat(frame.opcode()).isEqualTo(CLOSE);
			assertThat(frame.closeCode()).isIn(1000, 1005);
		}
	}

	@Test
	void handlerThatCompletesClosesNormallyAfterWhatItHasSent() {
		try (SocketPair pair = chain.open()) {
			for (int i = 0; i < 100; i++) {
				pair.service().sendText("message " + i);
			}
			pair.service().complete();
			for (int i = 0; i < 100; i++) {
				assertThat(pair.client().readText()).isEqualTo("message " + i);
			}
			pair.client().expectClose(1000, "");
			assertThat(pair.service().closed()).isEqualTo("1000");
		}
	}

	@Test
	void handlerThatFailsIsA1011WithoutItsMessage() {
		try (SocketPair pair = chain.open()) {
			pair.service().fail(new IllegalStateException("secret"));
			pair.client().expectClose(1011, "The service failed");
			assertThat(pair.service().closed()).isEqualTo("1011 The service failed");
		}
	}

	@Test
	void bothMayCloseAtOnce() {
		for (int i = 0; i < 20; i++) {
			try (SocketPair pair = chain.open()) {
				pair.client().close(4001, "client");
				pair.service().close(4002, "service");
				assertThat(pair.service().closed()).isIn("4001 client", "4002 service");
				assertThat(pair.client().read().closeCode()).isIn(4001, 4002);
				assertThat(pair.client().isEnded()).isTrue();
			}
		}
	}

	@Test
	void clientGetsTheCloseAlthoughItIsSendingALot() throws Exception {
		try (SocketPair pair = chain.openUnread()) {
			CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
				try {
					for (int i = 0; i < 10_000; i++) {
						pair.client().binary(new byte[32 * 1024]);
					}
				}
				catch (java.io.UncheckedIOException ex) {
					// The connection has ended.
				}
			});
			SocketChain.await().pollDelay(Duration.ofMillis(200)).until(() -> !sending.isDone());
			pair.service().close(4000, "enough");
			RawWebSocketClient.Frame frame = pair.client().read();
			assertThat(frame).hasToString("close 4000 'enough'");
			pair.client().close();
			sending.get(30, TimeUnit.SECONDS);
		}
	}

	@Test
	void clientThatDoesNotAnswerTheCloseIsLeft() {
		try (SocketPair pair = chain.open()) {
			pair.service().close(1000, "");
			assertThat(pair.client().read().closeCode()).isEqualTo(1000);
			assertThat(pair.client().isEnded()).isTrue();
		}
	}

	@Test
	void sourcesAndMessagesOfTheServiceCompleteWhenTheClientCloses() throws Exception {
		try (SocketPair pair = chain.open()) {
			CompletableFuture<Void> sent = pair.service()
				.send(Flux.concat(Flux.just("first"), Flux.<String>never()))
				.toFuture();
			assertThat(pair.client().readText()).isEqualTo("first");
			pair.client().close(1000, "");
			sent.get(30, TimeUnit.SECONDS);
			pair.service().awaitCompletion();
			pair.service().sendText("into the void");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 50, 3000 })
	void whatTheServiceHasNotReadIsStillThereAfterTheClose(int count) {
		try (SocketPair pair = chain.openUnread()) {
			for (int i = 0; i < count; i++) {
				pair.client().text("message " + i);
			}
			pair.client().close(1000, "done");
			pair.service().request(Long.MAX_VALUE);
			assertThat(pair.client().read().closeCode()).isEqualTo(1000);
			assertThat(pair.client().isEnded()).isTrue();
			for (int i = 0; i < count; i++) {
				assertThat(pair.service().next().text()).isEqualTo("message " + i);
			}
			assertThat(pair.service().closed()).isEqualTo("1000 done");
			pair.service().awaitCompletion();
		}
	}

}
