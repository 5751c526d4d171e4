package io.natsproxy.it.socket;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.natsproxy.it.support.TestApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The order of messages, and what happens when one end is slower than the other.
 */
@Timeout(60)
class WebSocketFlowIntegrationTests {

	private static final int BUFFER = 8 * 1024;

	@RegisterExtension
	static SocketChain chain = new SocketChain();

	/**
	 * A gateway without patience, whose sockets buffer little.
	 */
	static TestApplication impatient;

	@BeforeAll
	static void start() {
		impatient = TestApplication.gateway(chain.broker())
			.with(SmallBuffers.class)
			.properties("natsproxy.gateway.websocket.slow-client=close",
					"natsproxy.gateway.websocket.slow-client-timeout=1s",
					"natsproxy.gateway.websocket.ping-interval=1s")
			.start();
	}

	@AfterAll
	static void stop() {
		SocketChain.awaitNothingOpen(impatient, chain.service());
		impatient.close();
	}

	@Test
	void manyMessagesArriveInOrderInBothDirectionsAtOnce() throws Exception {
		int count = 10_000;
		try (SocketPair pair = chain.open()) {
			CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
				for (int i = 0; i < count; i++) {
					pair.client().text("up " + i);
				}
			});
			CompletableFuture<Void> sending = pair.service()
				.send(Flux.range(0, count).map((i) -> "down " + i))
				.toFuture();
			for (int i = 0; i < count; i++) {
				assertThat(pair.client().readText()).isEqualTo("down " + i);
			}
			for (int i = 0; i < count; i++) {
				assertThat(pair.service().next().text()).isEqualTo("up " + i);
			}
			writing.get(30, TimeUnit.SECONDS);
			sending.get(30, TimeUnit.SECONDS);
		}
	}

	@Test
	void messagesOfAllSizesAndKindsKeepTheirOrder() {
		try (SocketPair pair = chain.open()) {
			for (int i = 0; i < 120; i++) {
				String text = i + ":" + "x".repeat((i * 7919) % 40_000);
				pair.service().sendText(text);
				assertThat(pair.client().readText()).isEqualTo(text);
				pair.client().text(text);
				assertThat(pair.service().next().text()).isEqualTo(text);
			}
		}
	}

	@Test
	void severalSendersShareOneWebSocketAndEachKeepsItsOrder() throws Exception {
		int senders = 8;
		int count = 500;
		try (SocketPair pair = chain.open()) {
			List<CompletableFuture<Void>> sending = new ArrayList<>();
			for (int i = 0; i < senders; i++) {
				int sender = i;
				sending.add(pair.service().send(Flux.range(0, count).map((n) -> sender + " " + n)).toFuture());
			}
			int[] next = new int[senders];
			for (int i = 0; i < senders * count; i++) {
				String[] words = pair.client().readText().split(" ");
				int sender = Integer.parseInt(words[0]);
				assertThat(Integer.parseInt(words[1])).isEqualTo(next[sender]++);
			}
			for (CompletableFuture<Void> each : sending) {
				each.get(30, TimeUnit.SECONDS);
			}
		}
	}

	@Test
	void sendersThatWaitAreServedInTurnAndMayGiveUp() throws Exception {
		try (SocketPair pair = SocketPair.open(chain.port(), BUFFER, chain.service(), "")) {
			CompletableFuture<Void> stalled = pair.service()
				.send(Flux.range(0, 2000).map(WebSocketFlowIntegrationTests::kilobyte))
				.toFuture();
			CompletableFuture<Void> cancelled = pair.service().send(Flux.just("never")).toFuture();
			CompletableFuture<Void> behind = pair.service().send(Flux.just("behind")).toFuture();
			cancelled.cancel(true);
			List<String> read = new ArrayList<>();
			for (int i = 0; i < 2001; i++) {
				read.add(pair.client().readText());
			}
			assertThat(read).contains("behind");
			stalled.get(30, TimeUnit.SECONDS);
			behind.get(30, TimeUnit.SECONDS);
		}
	}

	private static String kilobyte(int number) {
		return "x".repeat(1024) + number;
	}

	@Test
	void serviceThatDoesNotReadStopsItsClientAndLaterGetsAll() throws Exception {
		int count = 200;
		AtomicInteger written = new AtomicInteger();
		String name = SocketChain.newName();
		try (RawWebSocketClient client = RawWebSocketClient.open(impatient.port(), BUFFER,
				"/ws/probe/" + name + "?manual")) {
			ServiceSocket service = chain.socket(name);
			CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
				for (int i = 0; i < count; i++) {
					client.text("x".repeat(32 * 1024) + i);
					written.incrementAndGet();
				}
			});
			awaitStandstill(written);
			// The window, what Netty has read, and the buffers of two sockets: not all of
			// 12 MB.
			assertThat(written.get()).isLessThan(count / 2);
			assertThat(service.count()).isZero();
			service.request(Long.MAX_VALUE);
			for (int i = 0; i < count; i++) {
				assertThat(service.next().text()).endsWith("x" + i);
			}
			writing.get(30, TimeUnit.SECONDS);
		}
	}

	@Test
	void clientThatAnswersPingsStaysWhetherItsServiceReadsOrNot() throws Exception {
		String name = SocketChain.newName();
		try (SocketPair idle = SocketPair.open(impatient.port(), chain.service(), "");
				RawWebSocketClient client = RawWebSocketClient.open(impatient.port(),
						"/ws/probe/" + name + "?manual")) {
			ServiceSocket service = chain.socket(name);
			for (int i = 0; i < 8; i++) {
				client.binary(new byte[32 * 1024]);
			}
			CompletableFuture<Void> answering = answerPings(client);
			CompletableFuture<Void> idling = answerPings(idle.client());
			SocketChain.await().pollDelay(Duration.ofMillis(4200)).untilAsserted(() -> {
				assertThat(service.isOpen()).isTrue();
				assertThat(idle.service().isOpen()).isTrue();
			});
			service.request(Long.MAX_VALUE);
			for (int i = 0; i < 8; i++) {
				assertThat(service.next().payload()).hasSize(32 * 1024);
			}
			service.close(4000, "done");
			idle.service().close(4000, "done");
			answering.get(30, TimeUnit.SECONDS);
			idling.get(30, TimeUnit.SECONDS);
			// The answers are not for the service.
			assertThat(idle.service().count()).isZero();
			assertThat(service.count()).isEqualTo(8);
		}
	}

	/**
	 * Does what every client does: answers pings, and the close frame.
	 */
	private static CompletableFuture<Void> answerPings(RawWebSocketClient client) {
		return CompletableFuture.runAsync(() -> {
			RawWebSocketClient.Frame frame = client.read();
			while (frame.opcode() != RawWebSocketClient.CLOSE) {
				if (frame.opcode() == RawWebSocketClient.PING) {
					client.send(RawWebSocketClient.FIN | RawWebSocketClient.PONG, frame.payload());
				}
				frame = client.read();
			}
			assertThat(frame).hasToString("close 4000 'done'");
			client.send(RawWebSocketClient.FIN | RawWebSocketClient.CLOSE, frame.payload());
		});
	}

	@Test
	void clientThatDoesNotReadStallsTheServiceWhichLaterGoesOn() throws Exception {
		int count = 4000;
		AtomicInteger sent = new AtomicInteger();
		try (SocketPair pair = SocketPair.open(chain.port(), BUFFER, chain.service(), "")) {
			CompletableFuture<Void> sending = pair.service()
				.send(Flux.range(0, count)
					.map((i) -> "x".repeat(8 * 1024) + i)
					.doOnNext((text) -> sent.incrementAndGet()))
				.toFuture();
			awaitStandstill(sent);
			assertThat(sent.get()).isLessThan(count);
			for (int i = 0; i < count; i++) {
				assertThat(pair.client().readText()).endsWith("x" + i);
			}
			sending.get(30, TimeUnit.SECONDS);
		}
	}

	@Test
	void slowClientIsClosedWith1013WhereSet() throws Exception {
		AtomicInteger sent = new AtomicInteger();
		try (SocketPair pair = SocketPair.open(impatient.port(), BUFFER, chain.service(), "")) {
			CompletableFuture<Void> sending = pair.service()
				.send(Flux.range(0, 100_000)
					.map((i) -> "x".repeat(8 * 1024))
					.doOnNext((text) -> sent.incrementAndGet()))
				.toFuture();
			assertThat(pair.service().closed()).startsWith("1013");
			// What is sent completes, however much of it is left.
			sending.get(30, TimeUnit.SECONDS);
			assertThat(sent.get()).isLessThan(10_000);
			assertThat(pair.client().readToClose().closeCode()).isEqualTo(1013);
			pair.client().close(1013, "");
		}
	}

	@Test
	void clientThatAnswersNoPingHasVanished() {
		try (SocketPair pair = SocketPair.open(impatient.port(), chain.service(), "")) {
			RawWebSocketClient.Frame ping = pair.client().read();
			assertThat(ping.opcode()).isEqualTo(RawWebSocketClient.PING);
			assertThat(pair.service().closed()).startsWith("1006");
			pair.client().awaitEnd();
			assertThat(pair.service().count()).isZero();
		}
	}

	@Test
	void clientThatGoesWhileItsServiceDoesNotReadIsNoticed() {
		String name = SocketChain.newName();
		try (RawWebSocketClient client = RawWebSocketClient.open(impatient.port(), "/ws/probe/" + name + "?manual")) {
			ServiceSocket service = chain.socket(name);
			for (int i = 0; i < 8; i++) {
				client.binary(new byte[32 * 1024]);
			}
			client.shutdown();
			assertThat(service.closed()).startsWith("1006");
		}
	}

	@Test
	void senderOfAClientThatGoesIsReleased() throws Exception {
		try (SocketPair pair = SocketPair.open(chain.port(), BUFFER, chain.service(), "")) {
			CompletableFuture<Void> sending = pair.service()
				.send(Flux.range(0, 100_000).map((i) -> "x".repeat(8 * 1024)))
				.toFuture();
			pair.client().reset();
			sending.get(30, TimeUnit.SECONDS);
			assertThat(pair.service().closed()).startsWith("1006");
		}
		catch (UncheckedIOException ex) {
			throw new AssertionError(ex);
		}
	}

	@Test
	void whoeverWaitsToSendItsLastMessageIsReleasedToo() throws Exception {
		AtomicInteger sent = new AtomicInteger();
		try (SocketPair pair = SocketPair.open(chain.port(), BUFFER, chain.service(), "")) {
			CompletableFuture<Void> sending = pair.service()
				.send(Flux.range(0, 100_000)
					.map((i) -> "x".repeat(8 * 1024))
					.doOnNext((text) -> sent.incrementAndGet()))
				.toFuture();
			awaitStandstill(sent);
			CompletableFuture<Void> last = pair.service().send(Flux.just("last")).toFuture();
			pair.client().reset();
			sending.get(30, TimeUnit.SECONDS);
			last.get(30, TimeUnit.SECONDS);
		}
	}

	@Test
	void closeFrameBehindMessagesThatTheServiceDoesNotReadIsToldAfterAWhile() {
		String name = SocketChain.newName();
		try (RawWebSocketClient client = RawWebSocketClient.open(chain.port(), "/ws/probe/" + name + "?manual")) {
			ServiceSocket service = chain.socket(name);
			client.binary(new byte[60 * 1024]).binary(new byte[60 * 1024]).binary(new byte[1]);
			client.close(4000, "bye");
			assertThat(service.closed()).isEqualTo("4000 bye");
		}
	}

	private static void awaitStandstill(AtomicInteger counter) {
		AtomicInteger before = new AtomicInteger(-1);
		SocketChain.await(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(400)).until(() -> {
			int now = counter.get();
			return now > 0 && before.getAndSet(now) == now;
		});
	}

}
