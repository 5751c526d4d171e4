package io.natsproxy.it.socket;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.websocket.gateway.GatewayWebSockets;
import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import io.natsproxy.gateway.route.RouteTable;
import io.natsproxy.gateway.websocket.WebSocketGateway;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many WebSockets at once, of which nothing is left when they are closed.
 */
class WebSocketLoadIntegrationTests {

	private static final int COUNT = 5000;

	private static final int OPENING = 200;

	@Test
	@Timeout(120)
	void thousandsAreOpenedUsedAndClosedAndNothingIsLeft() {
		LoopResources loops = LoopResources.create("clients", 1, true);
		try (TestBroker broker = TestBroker.start();
				TestApplication service = SocketChain.service(broker).start();
				TestApplication gateway = TestApplication.gateway(broker)
					.properties("natsproxy.gateway.websocket.handshake-timeout=30s")
					.start()) {
			Clients clients = new Clients(gateway.port(), loops);
			clients.open(10);
			clients.close();
			SocketChain.awaitNothingOpen(gateway, service);
			// By then the service has all of its subscriptions.
			SocketChain.await().until(() -> !gateway.bean(RouteTable.class).services().isEmpty());
			long timers = gateway.bean(NatsExchanges.class).timer().pending();
			long serviceTimers = service.bean(NatsExchanges.class).timer().pending();
			int subscriptions = broker.subscriptions().orElse(0);
			int threads = ManagementFactory.getThreadMXBean().getThreadCount();

			Clients many = new Clients(gateway.port(), loops);
			many.open(COUNT);
			assertThat(gateway.bean(WebSocketGateway.class).open()).isEqualTo(COUNT);
			assertThat(gateway.bean(GatewayWebSockets.class).open()).isEqualTo(COUNT);
			assertThat(service.bean(WebSocketAcceptor.class).open()).isEqualTo(COUNT);
			// All of them share the subscriptions of their two ends.
			assertThat(broker.subscriptions().orElse(0)).isEqualTo(subscriptions);
			assertThat(ManagementFactory.getThreadMXBean().getThreadCount()).isLessThan(threads + 50);
			many.close();

			SocketChain.await(Duration.ofSeconds(30)).untilAsserted(() -> {
				assertThat(gateway.bean(WebSocketGateway.class).open()).isZero();
				assertThat(service.bean(WebSocketAcceptor.class).open()).isZero();
			});
			SocketChain.awaitNothingOpen(gateway, service);
			assertThat(gateway.inFlight()).isZero();
			SocketChain.await().untilAsserted(() -> {
				assertThat(gateway.bean(NatsExchanges.class).timer().pending()).isLessThanOrEqualTo(timers);
				assertThat(service.bean(NatsExchanges.class).timer().pending()).isLessThanOrEqualTo(serviceTimers);
			});
			assertThat(broker.subscriptions().orElse(0)).isEqualTo(subscriptions);
			assertThat(many.failures).isEmpty();
		}
		finally {
			loops.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block(Duration.ofSeconds(30));
		}
	}

	/**
	 * Clients on one event loop, which are open until they are closed together.
	 */
	private static final class Clients {

		private final HttpClient http;

		private final Sinks.Empty<Void> end = Sinks.empty();

		private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

		private final AtomicInteger closed = new AtomicInteger();

		private int count;

		Clients(int port, LoopResources loops) {
			this.http = HttpClient.create(ConnectionProvider.newConnection()).runOn(loops).host("127.0.0.1").port(port);
		}

		/**
		 * Opens so many, and waits until each has got one echo.
		 */
		void open(int count) {
			this.count = count;
			Flux.range(0, count).flatMap(this::openOne, OPENING).then().block(Duration.ofSeconds(60));
		}

		private Mono<Void> openOne(int number) {
			return Mono.create((opened) -> this.http.websocket()
				.uri("/ws/echo/" + number)
				.handle((in, out) -> Mono.when(in.receive().asString().doOnNext((text) -> opened.success()).then(),
						out.sendString(Mono.just("hello " + number))
							.then()
							.then(this.end.asMono())
							.then(out.sendClose())))
				.then()
				.subscribe(null, (ex) -> {
					this.failures.add(ex);
					opened.error(ex);
				}, this.closed::incrementAndGet));
		}

		void close() {
			this.end.tryEmitEmpty();
			SocketChain.await(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(this.closed).hasValue(this.count));
		}

	}

}
