package io.natsproxy.it.socket;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.WebSocketStatistics;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.gateway.GatewayWebSockets;
import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import io.natsproxy.gateway.websocket.WebSocketGateway;
import io.natsproxy.it.gateway.Peer;
import io.natsproxy.it.gateway.SharedGateway;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One gateway and one service for all tests of this package. After each test no WebSocket
 * may be left in either.
 */
final class SocketChain implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

	private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SocketChain.class);

	private static final AtomicLong names = new AtomicLong();

	private final SharedGateway shared = new SharedGateway();

	private volatile Running running;

	@Override
	public void beforeAll(ExtensionContext context) {
		this.shared.beforeAll(context);
		this.running = context.getRoot()
			.getStore(NAMESPACE)
			.computeIfAbsent(Running.class, (key) -> new Running(this.shared), Running.class);
	}

	TestBroker broker() {
		return this.shared.broker();
	}

	TestApplication gateway() {
		return this.running.gateway;
	}

	int port() {
		return this.running.gateway.port();
	}

	/**
	 * Returns a builder of a service that accepts WebSockets.
	 */
	static TestApplication.Builder service(TestBroker broker) {
		return TestApplication.service(broker, "sockets")
			.with(SocketProbes.class, SocketHandlers.class, SocketMethods.class)
			.properties("natsproxy.nats.reconnect-wait=10ms");
	}

	/**
	 * Waits for the service's end of the WebSocket of a name.
	 */
	ServiceSocket socket(String name) {
		return service().bean(SocketProbes.class).await(name);
	}

	TestApplication service() {
		return this.running.service;
	}

	/**
	 * Returns a new peer, which is closed after the test if not before.
	 */
	Peer peer() {
		return this.shared.peer();
	}

	SocketPair open(String... headers) {
		return SocketPair.open(port(), this.running.service, "", headers);
	}

	/**
	 * Opens a WebSocket whose service reads only what the test asks for.
	 */
	SocketPair openUnread() {
		return SocketPair.open(port(), this.running.service, "?manual");
	}

	/**
	 * A name that nothing else has.
	 */
	static String newName() {
		return "test" + names.incrementAndGet();
	}

	@Override
	public void afterEach(ExtensionContext context) {
		this.shared.afterEach(context);
		SharedGateway.awaitNothingInFlight(this.running.gateway);
		try {
			awaitNothingOpen(this.running.gateway, this.running.service);
		}
		finally {
			// One failure is enough.
			this.running.gateway.bean(GatewayWebSockets.class).closeAll(WebSocketClose.NORMAL);
			this.running.service.bean(WebSocketAcceptor.class).closeAll(WebSocketClose.NORMAL);
		}
	}

	static void awaitNothingOpen(TestApplication gateway, TestApplication service) {
		await().untilAsserted(() -> {
			assertThat(gateway.bean(GatewayWebSockets.class).open()).as("in the core of the gateway").isZero();
			assertThat(gateway.bean(GatewayWebSockets.class).groups()).as("groups").isZero();
			assertThat(gateway.bean(WebSocketGateway.class).open()).as("places in the gateway").isZero();
			assertThat(service.bean(WebSocketAcceptor.class).open()).as("in the service").isZero();
			assertThat(service.inFlight()).as("handshakes in the service").isZero();
			WebSocketStatistics ofGateway = gateway.bean(NatsExchanges.class).callerStatistics().webSockets();
			assertThat(ofGateway.open()).as("counted at the gateway").isZero();
			assertThat(ofGateway.groups()).as("groups that are counted").isZero();
			assertThat(service.bean(NatsExchanges.class).listenerStatistics().webSockets().open())
				.as("counted in the service")
				.isZero();
		});
	}

	@Override
	public void afterAll(ExtensionContext context) {
		this.shared.afterAll(context);
	}

	static ConditionFactory await(Duration atMost) {
		return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10)).atMost(atMost);
	}

	static ConditionFactory await() {
		return await(Duration.ofSeconds(30));
	}

	private static final class Running implements AutoCloseable {

		private final TestApplication gateway;

		private final TestApplication service;

		private Running(SharedGateway shared) {
			this.service = service(shared.broker()).start();
			this.gateway = TestApplication.gateway(shared.broker())
				// It comes back after the service: what it sends before that is there is
				// lost.
				.properties("natsproxy.gateway.websocket.handshake-timeout=5s", "natsproxy.nats.reconnect-wait=500ms")
				.start();
		}

		@Override
		public void close() {
			this.gateway.close();
			this.service.close();
		}

	}

}
