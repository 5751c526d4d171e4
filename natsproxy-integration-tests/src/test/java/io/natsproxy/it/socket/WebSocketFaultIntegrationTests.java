package io.natsproxy.it.socket;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.websocket.WebSocketEvent;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.support.ForkedApplication;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.websocket.NatsWebSockets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Gateways, services and brokers that stop, are killed, or fall silent.
 */
@Timeout(60)
class WebSocketFaultIntegrationTests {

	private static final String LOST_AFTER = "natsproxy.stream.lost-after=2s";

	private static final String FORKED = "natsproxy.subject-prefix=forked";

	static TestBroker broker;

	/**
	 * Processes that are killed; they take a while to start.
	 */
	static CompletableFuture<ForkedApplication> forkedService;

	static CompletableFuture<ForkedApplication> forkedGateway;

	static TestApplication gateway;

	static TestApplication service;

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		forkedService = fork(SocketChain.service(broker).properties(LOST_AFTER, FORKED));
		forkedGateway = fork(TestApplication.gateway(broker).properties(LOST_AFTER));
		service = SocketChain.service(broker).properties(LOST_AFTER).start();
		gateway = TestApplication.gateway(broker)
			.properties(LOST_AFTER, "natsproxy.gateway.websocket.idle-timeout=30s")
			.start();
	}

	private static CompletableFuture<ForkedApplication> fork(TestApplication.Builder application) {
		return CompletableFuture.supplyAsync(() -> {
			try {
				return application.fork();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	@AfterEach
	void nothingIsLeft() {
		SocketChain.awaitNothingOpen(gateway, service);
	}

	@AfterAll
	static void stop() {
		forkedService.join().close();
		forkedGateway.join().close();
		gateway.close();
		service.close();
		broker.close();
	}

	private static SocketPair open() {
		return SocketPair.open(gateway.port(), service, "");
	}

	@Test
	void serviceThatStopsClosesItsWebSocketsWith1012AndNobodyElses() {
		List<RawWebSocketClient> clients = new ArrayList<>();
		List<RawWebSocketClient> stopped = new ArrayList<>();
		List<ServiceSocket> sockets = new ArrayList<>();
		TestApplication stopping = SocketChain.service(broker).properties(LOST_AFTER).start();
		try {
			SocketChain.await().until(() -> {
				String name = SocketChain.newName();
				RawWebSocketClient client = RawWebSocketClient.open(gateway.port(), "/ws/probe/" + name);
				SocketChain.await()
					.until(() -> service.bean(SocketProbes.class).has(name)
							|| stopping.bean(SocketProbes.class).has(name));
				if (stopping.bean(SocketProbes.class).has(name)) {
					stopped.add(client);
					sockets.add(stopping.bean(SocketProbes.class).await(name));
				}
				else {
					clients.add(client);
				}
				return clients.size() > 2 && stopped.size() > 2;
			});
			CompletableFuture<Void> closing = CompletableFuture.runAsync(stopping::close);
			stopped.forEach((client) -> client.expectClose(1012, "The service restarts"));
			sockets.forEach((socket) -> assertThat(socket.closed()).isEqualTo("1012 The service restarts"));
			closing.join();
			clients.forEach((client) -> client.text("still here").close(1000, ""));
			try (SocketPair pair = open()) {
				pair.client().text("new ones go elsewhere");
				assertThat(pair.service().next().text()).isEqualTo("new ones go elsewhere");
			}
		}
		finally {
			stopping.close();
			clients.forEach(RawWebSocketClient::close);
			stopped.forEach(RawWebSocketClient::close);
		}
	}

	@Test
	void gatewayThatStopsClosesItsWebSocketsWith1001() {
		TestApplication stopping = TestApplication.gateway(broker).properties(LOST_AFTER).start();
		try (SocketPair pair = SocketPair.open(stopping.port(), service, "");
				SocketPair silent = SocketPair.open(stopping.port(), service, "");
				SocketPair other = open()) {
			pair.service().sendText("last");
			assertThat(pair.client().readText()).isEqualTo("last");
			CompletableFuture<Void> closing = CompletableFuture.runAsync(stopping::close);
			pair.client().expectClose(1001, "The gateway shuts down");
			assertThat(pair.service().closed()).isEqualTo("1001 The gateway shuts down");
			assertThat(silent.service().closed()).isEqualTo("1001 The gateway shuts down");
			assertThat(silent.client().read().closeCode()).isEqualTo(1001);
			silent.client().reset();
			closing.join();
			other.client().text("not this one");
			assertThat(other.service().next().text()).isEqualTo("not this one");
		}
		finally {
			stopping.close();
		}
	}

	@Test
	void idleWebSocketsAreClosedWith1001() {
		TestApplication idle = TestApplication.gateway(broker)
			.properties(LOST_AFTER, "natsproxy.gateway.websocket.idle-timeout=2s")
			.start();
		try (SocketPair pair = SocketPair.open(idle.port(), service, "");
				SocketPair busy = SocketPair.open(idle.port(), service, "")) {
			CompletableFuture<Void> talking = CompletableFuture.runAsync(() -> {
				for (int i = 0; i < 10; i++) {
					busy.client().text("busy " + i);
					assertThat(busy.service().next().text()).isEqualTo("busy " + i);
					pause(400);
				}
			});
			pair.client().expectClose(1001, "Idle");
			assertThat(pair.service().closed()).isEqualTo("1001 Idle");
			talking.join();
			assertThat(busy.service().isOpen()).isTrue();
		}
		finally {
			idle.close();
		}
	}

	/**
	 * Spaces the messages of a client that talks while others are idle.
	 */
	private static void pause(int millis) {
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void serviceThatFallsSilentOrIsKilledIsA1014() throws Exception {
		try (ForkedApplication forked = forkedService.get(40, TimeUnit.SECONDS);
				TestApplication own = TestApplication.gateway(broker).properties(LOST_AFTER, FORKED).start()) {
			try (RawWebSocketClient client = RawWebSocketClient.open(own.port(), "/ws/echo/a")) {
				assertThat(client.text("alive").readText()).isEqualTo("alive");
				forked.pause();
				client.expectClose(1014, "The service was lost");
				forked.resume();
			}
			try (RawWebSocketClient idle = RawWebSocketClient.open(own.port(), "/ws/echo/b");
					RawWebSocketClient waiting = RawWebSocketClient.open(own.port(), "/ws/echo/c")) {
				assertThat(waiting.text("alive").readText()).isEqualTo("alive");
				forked.kill();
				waiting.text("nobody");
				idle.expectClose(1014, "The service was lost");
				waiting.expectClose(1014, "The service was lost");
			}
			SocketChain.awaitNothingOpen(own, service);
		}
	}

	@Test
	void gatewayThatIsKilledIsA1006AndItsWebSocketsAreTold() throws Exception {
		BlockingQueue<WebSocketEvent> events = new LinkedBlockingQueue<>();
		Disposable listening = service.bean(NatsWebSockets.class).events().subscribe(events::add);
		try (ForkedApplication forked = forkedGateway.get(40, TimeUnit.SECONDS)) {
			try (SocketPair one = SocketPair.open(forked.port(), service, "");
					SocketPair two = SocketPair.open(forked.port(), service, "")) {
				forked.kill();
				assertThat(one.service().closed()).startsWith("1006");
				assertThat(two.service().closed()).startsWith("1006");
				one.service().awaitCompletion();
				assertThat(one.client().isEnded()).isTrue();
				// Each of its connections is a gateway of its own.
				List<String> lost = Stream.of(one, two)
					.map((pair) -> pair.service().id().split("\\.")[0])
					.distinct()
					.toList();
				SocketChain.await().untilAsserted(() -> {
					assertThat(events).filteredOn((event) -> event.type() == WebSocketEvent.Type.DISCONNECTED)
						.extracting(WebSocketEvent::socket)
						.contains(one.service().id(), two.service().id());
					assertThat(events).filteredOn((event) -> event.type() == WebSocketEvent.Type.GATEWAY_LOST)
						.extracting(WebSocketEvent::gateway)
						.containsExactlyInAnyOrderElementsOf(lost);
				});
			}
		}
		finally {
			listening.dispose();
		}
	}

	@Test
	void idleWebSocketsAndMembershipsSurviveARestartOfTheBroker() {
		try (SocketPair one = open(); SocketPair two = open()) {
			service.bean(NatsWebSockets.class).join(one.service().id(), "survivors").block(Duration.ofSeconds(30));
			service.bean(NatsWebSockets.class).join(two.service().id(), "survivors").block(Duration.ofSeconds(30));
			one.client().text("before");
			assertThat(one.service().next().text()).isEqualTo("before");
			broker.stop();
			// A message that is published before the end is noticed is lost, and ends it.
			SocketChain.await().until(() -> !gateway.bean(NatsExchanges.class).transport().isConnected());
			one.client().text("meanwhile");
			broker.restart();
			assertThat(one.service().next().text()).isEqualTo("meanwhile");
			two.service().sendText("back");
			assertThat(two.client().readText()).isEqualTo("back");
			SocketChain.await()
				.ignoreExceptions()
				.untilAsserted(() -> assertThat(service.bean(NatsWebSockets.class)
					.sendText(one.service().id(), "commands too")
					.block(Duration.ofSeconds(30))).isTrue());
			assertThat(one.client().readText()).isEqualTo("commands too");
			service.bean(NatsWebSockets.class).broadcastText("survivors", "to all").block(Duration.ofSeconds(30));
			assertThat(one.client().readText()).isEqualTo("to all");
			assertThat(two.client().readText()).isEqualTo("to all");
			one.client().close(4000, "done");
			assertThat(one.service().closed()).isEqualTo("4000 done");
		}
	}

	@Test
	void messagesAroundARestartAreCompleteOrTheWebSocketEnds() throws Exception {
		try (SocketPair pair = open()) {
			AtomicBoolean stop = new AtomicBoolean();
			CompletableFuture<Integer> writing = CompletableFuture.supplyAsync(() -> {
				int count = 0;
				try {
					while (!stop.get() && pair.service().isOpen()) {
						pair.client().text("message " + count);
						count++;
						if (count % 20 == 0) {
							pause(1);
						}
					}
				}
				catch (UncheckedIOException ex) {
					// The connection has ended.
				}
				return count;
			});
			SocketChain.await().until(() -> pair.service().count() > 200);
			broker.restart();
			int atRestart = pair.service().count();
			SocketChain.await(Duration.ofSeconds(30))
				.until(() -> pair.service().count() > atRestart + 1000 || !pair.service().isOpen());
			stop.set(true);
			int written = writing.get(30, TimeUnit.SECONDS);
			boolean survived = pair.service().isOpen();
			if (survived) {
				SocketChain.await().until(() -> pair.service().count() == written || !pair.service().isOpen());
			}
			int received = pair.service().count();
			for (int i = 0; i < received; i++) {
				assertThat(pair.service().next().text()).isEqualTo("message " + i);
			}
			if (!pair.service().isOpen()) {
				assertThat(pair.service().closed()).startsWith("1006");
				assertThat(pair.client().readToClose().closeCode()).isEqualTo(1014);
			}
		}
	}

	@Test
	void brokerThatIsGoneForTooLongEndsWebSocketsOnBothSides() {
		try (SocketPair pair = open()) {
			broker.stop();
			try {
				pair.client().expectClose(1014, "The service was lost");
				assertThat(pair.service().closed()).startsWith("1006");
				RawHttpClient.Response refused = RawWebSocketClient.handshake(gateway.port(), "/ws/echo/a");
				assertThat(refused.status()).as(refused.toString()).isEqualTo(503);
			}
			finally {
				broker.restart();
			}
		}
		SocketChain.await().until(() -> {
			RawHttpClient.Response response = RawWebSocketClient.handshake(gateway.port(), "/ws/echo/a");
			return response.status() == 101;
		});
	}

	@Test
	void closeDuringAnOutageIsLearntAfterIt() {
		try (SocketPair client = open(); SocketPair server = open()) {
			broker.stop();
			client.client().close(4000, "client");
			server.service().close(4001, "service");
			assertThat(client.client().read().closeCode()).isEqualTo(4000);
			assertThat(server.service().closed()).isEqualTo("4001 service");
			broker.restart();
			assertThat(client.service().closed()).startsWith("1006");
			assertThat(server.client().read().closeCode()).isEqualTo(1014);
		}
	}

}
