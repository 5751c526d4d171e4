package io.natsproxy.it.socket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.WebSocketStatistics;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.websocket.gateway.GatewayWebSockets;
import io.natsproxy.gateway.websocket.WebSocketGateway;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.websocket.NatsWebSockets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.CloseStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A gateway whose event loops have a connection to NATS each, and WebSockets of clients
 * on all of them, each on the connection of its event loop.
 */
@Timeout(90)
class WebSocketEventLoopIntegrationTests {

	private static final int LOOPS = 3;

	private static final int WEB_SOCKETS = 4 * LOOPS;

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	static TestBroker broker;

	static TestApplication service;

	static TestApplication gateway;

	private final List<SocketPair> pairs = new ArrayList<>();

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		service = SocketChain.service(broker).start();
		gateway = newGateway();
	}

	private static TestApplication newGateway(String... properties) {
		return TestApplication.gateway(broker)
			.properties("natsproxy.gateway.event-loops.shared=true", "natsproxy.gateway.event-loops.count=" + LOOPS,
					"natsproxy.nats.reconnect-wait=10ms")
			.properties(properties)
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
		service.close();
		broker.close();
	}

	@BeforeEach
	void open() throws Exception {
		awaitConnections(gateway);
		open(gateway);
	}

	@AfterEach
	void close() {
		this.pairs.forEach(SocketPair::close);
		SocketChain.awaitNothingOpen(gateway, service);
		SocketChain.await().until(() -> gateway.memoryUsed() == 0);
	}

	/**
	 * Opens WebSockets. Each event loop gets its share of the clients.
	 */
	private void open(TestApplication gateway) {
		for (int i = 0; i < WEB_SOCKETS; i++) {
			this.pairs.add(SocketPair.open(gateway.port(), service, ""));
		}
		Set<String> gateways = new HashSet<>();
		this.pairs.forEach((pair) -> gateways.add(gatewayOf(pair)));
		assertThat(gateways).hasSize(LOOPS)
			.containsExactlyInAnyOrderElementsOf(gateway.bean(GatewayWebSockets.class).ids());
	}

	private static String gatewayOf(SocketPair pair) {
		String id = pair.service().id();
		return id.substring(0, id.indexOf('.'));
	}

	/**
	 * Waits until whatever is published on any connection of a gateway, or of the
	 * service, arrives.
	 */
	private static void awaitConnections(TestApplication gateway) throws Exception {
		List<NatsTransport> transports = new ArrayList<>(gateway.bean(NatsExchanges.class).transports());
		assertThat(transports).hasSize(LOOPS);
		transports.add(service.bean(NatsExchanges.class).transport());
		for (NatsTransport transport : transports) {
			SocketChain.await().until(transport::isConnected);
			assertThat(transport.flush(PATIENCE)).isTrue();
		}
	}

	private static NatsWebSockets sockets() {
		return service.bean(NatsWebSockets.class);
	}

	private static <T> T get(Mono<T> mono) {
		return mono.block(PATIENCE);
	}

	private void assertAllTalk() {
		for (SocketPair pair : this.pairs) {
			pair.client().text("to the service");
			assertThat(pair.service().next().text()).isEqualTo("to the service");
			pair.service().sendText("to the client");
			assertThat(pair.client().readText()).isEqualTo("to the client");
		}
	}

	@Test
	void webSocketsOfAllEventLoopsTalkAndCountAsThoseOfOneGateway() {
		assertAllTalk();
		String large = "x".repeat(64 * 1024);
		for (SocketPair pair : this.pairs) {
			pair.client().text(large);
			assertThat(pair.service().next().text()).isEqualTo(large);
			pair.service().sendText(large);
			assertThat(pair.client().readText()).isEqualTo(large);
		}
		assertThat(gateway.bean(WebSocketGateway.class).open()).isEqualTo(WEB_SOCKETS);
		assertThat(gateway.bean(GatewayWebSockets.class).open()).isEqualTo(WEB_SOCKETS);
		assertThat(gateway.bean(GatewayWebSockets.class).openWebSockets(2 * WEB_SOCKETS)).hasSize(WEB_SOCKETS);
		assertThat(statistics().open()).isEqualTo(WEB_SOCKETS);
	}

	private static WebSocketStatistics statistics() {
		return gateway.bean(NatsExchanges.class).callerStatistics().webSockets();
	}

	@Test
	void messageToAGroupReachesEachMemberOnceInOrder() {
		for (SocketPair pair : this.pairs) {
			assertThat(get(sockets().join(pair.service().id(), "all"))).isTrue();
		}
		assertThat(statistics().groups()).isOne();
		assertThat(gateway.bean(GatewayWebSockets.class).groupMembers(10)).isEqualTo(Map.of("all", WEB_SOCKETS));
		List<String> texts = IntStream.range(0, 20).mapToObj((i) -> "message " + i).toList();
		texts.forEach((text) -> get(sockets().broadcastText("all", text)));
		for (SocketPair pair : this.pairs) {
			texts.forEach((text) -> assertThat(pair.client().readText()).isEqualTo(text));
		}
		assertAllTalk();
	}

	@Test
	void commandsReachTheWebSocketAndItsEndReachesBothSides() {
		for (SocketPair pair : this.pairs) {
			assertThat(get(sockets().sendText(pair.service().id(), pair.service().id()))).isTrue();
			assertThat(pair.client().readText()).isEqualTo(pair.service().id());
		}
		int i = 0;
		for (SocketPair pair : this.pairs) {
			switch (i++ % 3) {
				case 0 -> {
					assertThat(get(sockets().close(pair.service().id(), new CloseStatus(4001, "out")))).isTrue();
					assertThat(pair.service().closed()).isEqualTo("4001 out");
					pair.client().expectClose(4001, "out");
				}
				case 1 -> {
					pair.client().close(4002, "bye");
					assertThat(pair.service().closed()).isEqualTo("4002 bye");
				}
				default -> {
					pair.service().close(4003, "done");
					pair.client().expectClose(4003, "done");
				}
			}
			assertThat(get(sockets().sendText(pair.service().id(), "late"))).isFalse();
		}
	}

	@Test
	void webSocketsGoOnWhenTheBrokerComesBack() throws Exception {
		for (SocketPair pair : this.pairs) {
			assertThat(get(sockets().join(pair.service().id(), "staying"))).isTrue();
		}
		broker.restart();
		awaitConnections(gateway);
		assertAllTalk();
		get(sockets().broadcastText("staying", "back"));
		for (SocketPair pair : this.pairs) {
			assertThat(pair.client().readText()).isEqualTo("back");
		}
	}

	@Test
	void gatewayThatStopsClosesThoseOfAllItsConnections() throws Exception {
		this.pairs.forEach(SocketPair::close);
		this.pairs.clear();
		try (TestApplication stopping = newGateway("server.shutdown=graceful")) {
			awaitConnections(stopping);
			open(stopping);
			CompletableFuture<Void> stopped = CompletableFuture.runAsync(stopping::close);
			for (SocketPair pair : this.pairs) {
				pair.client().expectClose(1001, "The gateway shuts down");
				assertThat(pair.service().closed()).isEqualTo("1001 The gateway shuts down");
			}
			stopped.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
	}

}
