package io.natsproxy.agent;

import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Nats;
import io.natsproxy.agent.UpstreamState.Status;
import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * An upstream is served while it is up, and nothing is lost when that changes.
 */
class HealthTests extends AbstractAgentTests {

	private final AtomicBoolean healthy = new AtomicBoolean(true);

	private final AtomicInteger checks = new AtomicInteger();

	private DisposableServer server;

	@BeforeEach
	void startServer() {
		this.server = HttpServer.create().host("127.0.0.1").port(0).handle((request, response) -> {
			if (request.uri().equals("/health?deep")) {
				this.checks.incrementAndGet();
				return response.status(this.healthy.get() ? 200 : 503).send();
			}
			return response.sendString(Mono.just("ok").delayElement(Duration.ofMillis(20)));
		}).bindNow();
		opened(() -> this.server.disposeNow());
	}

	private Upstream upstream(String name, String path, int port) {
		return new Upstream(name, List.of(path), URI.create("http://127.0.0.1:" + port), UpstreamRequests.DEFAULTS,
				UpstreamConnections.DEFAULTS,
				new HealthCheck("/health?deep", Duration.ofMillis(50), Duration.ofSeconds(2), 2));
	}

	private String get(String path) {
		return client().get().uri(path).retrieve().bodyToMono(String.class).block(TIMEOUT);
	}

	private static void awaitStatus(Agent agent, Status status) {
		await().untilAsserted(() -> assertThat(agent.getUpstreams()).singleElement()
			.extracting(UpstreamState::status)
			.isEqualTo(status));
	}

	private void assertNobodyAnswers() {
		assertThatException().isThrownBy(() -> get("/orders/1"))
			.satisfies((ex) -> assertThat(NatsExchangeException.in(ex).failure())
				.isEqualTo(ExchangeFailure.NO_RESPONDERS));
	}

	@Test
	void servedAgainAfterItWasDown() {
		Agent agent = serve(upstream("orders", "/orders/**", this.server.port()));
		awaitStatus(agent, Status.UP);
		assertThat(get("/orders/1")).isEqualTo("ok");
		this.healthy.set(false);
		awaitStatus(agent, Status.DOWN);
		await().untilAsserted(this::assertNobodyAnswers);
		this.healthy.set(true);
		awaitStatus(agent, Status.UP);
		await().untilAsserted(() -> assertThat(get("/orders/1")).isEqualTo("ok"));
	}

	@Test
	void notServedBeforeItIsUp() {
		this.healthy.set(false);
		Agent agent = serve(upstream("orders", "/orders/**", this.server.port()));
		awaitStatus(agent, Status.DOWN);
		assertNobodyAnswers();
	}

	/**
	 * A subject that the client of NATS refuses comes after others that it takes.
	 */
	@Test
	void nothingIsLeftOfSubscriptionsThatFail() throws Exception {
		AtomicInteger attempts = new AtomicInteger();
		MessageFormat malformed = (MessageFormat) Proxy.newProxyInstance(MessageFormat.class.getClassLoader(),
				new Class<?>[] { MessageFormat.class }, (format, method, arguments) -> {
					if (method.getName().equals("routeSubjects")) {
						attempts.incrementAndGet();
						return Set.of("not a subject");
					}
					return null;
				});
		NatsExchanges exchanges = opened(new NatsExchanges(opened(Nats.connect(brokerUrl())), ""));
		Agent agent = new Agent(exchanges, List.of(upstream("orders", "/orders/**", this.server.port())),
				new AgentOptions(10, 10, 32 * 1024, true, StreamOptions.DEFAULTS, NatsWebSocketOptions.DEFAULTS,
						malformed, TIMEOUT, false));
		agent.start();
		opened(agent::stop);
		await().until(() -> attempts.get() > 1);
		this.healthy.set(false);
		awaitStatus(agent, Status.DOWN);
		assertNobodyAnswers();
	}

	@Test
	void oneFailureIsNone() {
		Agent agent = serve(upstream("orders", "/orders/**", this.server.port()));
		awaitStatus(agent, Status.UP);
		for (int i = 0; i < 5; i++) {
			int before = this.checks.get();
			this.healthy.set(false);
			await().until(() -> this.checks.get() > before);
			this.healthy.set(true);
			int failed = this.checks.get();
			await().until(() -> this.checks.get() > failed + 1);
			// Two in a row may have failed, if the test was not quick enough.
			if (failed == before + 1) {
				assertThat(agent.getUpstreams().get(0).status()).isEqualTo(Status.UP);
			}
		}
	}

	@Test
	void awayIsDown() {
		Agent agent = serve(upstream("orders", "/orders/**", this.server.port()));
		awaitStatus(agent, Status.UP);
		this.server.disposeNow();
		awaitStatus(agent, Status.DOWN);
	}

	@Test
	void stalledIsDownThoughTheNextCheckIsDue() throws Exception {
		RawUpstream stalling = opened(new RawUpstream((connection) -> {
			connection.readHead();
			if (this.healthy.get()) {
				connection.write("HTTP/1.1 204 No Content\r\n\r\n");
			}
			connection.awaitEnd();
		}));
		Agent agent = serve(
				new Upstream("orders", List.of("/orders/**"), URI.create("http://127.0.0.1:" + stalling.port()),
						UpstreamRequests.DEFAULTS, UpstreamConnections.DEFAULTS,
						new HealthCheck("/health", Duration.ofMillis(50), Duration.ofMillis(300), 2)));
		awaitStatus(agent, Status.UP);
		this.healthy.set(false);
		awaitStatus(agent, Status.DOWN);
	}

	@Test
	void busyIsNotDown() throws Exception {
		RawUpstream busy = opened(new RawUpstream((connection) -> {
			String head = connection.readHead();
			if (head != null && head.startsWith("GET /health ")) {
				connection.write("HTTP/1.1 204 No Content\r\n\r\n");
				this.checks.incrementAndGet();
			}
			connection.awaitEnd();
		}));
		Agent agent = serve(
				new Upstream("orders", List.of("/orders/**"), URI.create("http://127.0.0.1:" + busy.port()),
						UpstreamRequests.DEFAULTS, new UpstreamConnections(1, TIMEOUT, 1, Duration.ofMillis(100),
								TIMEOUT, TIMEOUT, 32 * 1024, null),
						new HealthCheck("/health", Duration.ofMillis(50), Duration.ofSeconds(2), 2)));
		awaitStatus(agent, Status.UP);
		Disposable request = client().get().uri("/orders/1").retrieve().toBodilessEntity().subscribe();
		await().until(() -> busy.heads().stream().anyMatch((head) -> head.startsWith("GET /orders/1 ")));
		int before = this.checks.get();
		await().until(() -> this.checks.get() > before + 4);
		assertThat(agent.getUpstreams().get(0).status()).isEqualTo(Status.UP);
		request.dispose();
	}

	/**
	 * Another agent, whose upstream stays up, answers all that this one does not.
	 */
	@Test
	void nothingIsLostWhileItGoesDownAndUp() {
		DisposableServer steady = HttpServer.create()
			.host("127.0.0.1")
			.port(0)
			.handle((request, response) -> response.sendString(Mono.just("ok")))
			.bindNow();
		opened(steady::disposeNow);
		serve(upstream("orders", "/orders/**", steady.port()));
		Agent agent = serve(upstream("orders", "/orders/**", this.server.port()));
		awaitStatus(agent, Status.UP);
		await().untilAsserted(() -> assertThat(get("/orders/1")).isEqualTo("ok"));
		AtomicBoolean stop = new AtomicBoolean();
		Mono<Long> requests = Flux.range(0, 100_000)
			.takeUntil((i) -> stop.get())
			.flatMap((i) -> client().get().uri("/orders/" + i).retrieve().bodyToMono(String.class), 8)
			.filter("ok"::equals)
			.count();
		var count = requests.toFuture();
		for (int i = 0; i < 3; i++) {
			this.healthy.set(false);
			awaitStatus(agent, Status.DOWN);
			this.healthy.set(true);
			awaitStatus(agent, Status.UP);
		}
		stop.set(true);
		assertThat(count).succeedsWithin(TIMEOUT).asInstanceOf(InstanceOfAssertFactories.LONG).isPositive();
	}

	/**
	 * The upstream goes down twice, each time with a request that it has not answered.
	 */
	@Test
	void allThatHasComeIsAnsweredWhenItWentDownTwice() throws Exception {
		CountDownLatch stopping = new CountDownLatch(1);
		AtomicInteger answered = new AtomicInteger();
		RawUpstream flapping = opened(new RawUpstream((connection) -> {
			String head = String.valueOf(connection.readHead());
			if (head.startsWith("GET /health ")) {
				connection.write("HTTP/1.1 " + (this.healthy.get() ? "204 Up" : "503 Down") + "\r\n\r\n");
			}
			else {
				stopping.await();
				// Those that came first are answered last.
				Thread.sleep(head.startsWith("GET /orders/1 ") ? 500 : 0);
				answered.incrementAndGet();
				connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
			}
			connection.awaitEnd();
		}));
		Agent agent = serve(new Upstream("orders", List.of("/orders/**"),
				URI.create("http://127.0.0.1:" + flapping.port()), UpstreamRequests.DEFAULTS,
				UpstreamConnections.DEFAULTS, new HealthCheck("/health", Duration.ofMillis(50), TIMEOUT, 1)));
		List<CompletableFuture<String>> answers = new ArrayList<>();
		for (int i = 1; i <= 2; i++) {
			int inFlight = i;
			awaitStatus(agent, Status.UP);
			answers.add(client().get().uri("/orders/" + i).retrieve().bodyToMono(String.class).toFuture());
			await().until(() -> agent.getUpstreams().get(0).inFlight() == inFlight);
			this.healthy.set(false);
			awaitStatus(agent, Status.DOWN);
			this.healthy.set(true);
		}
		awaitStatus(agent, Status.UP);
		assertThat(agent.getUpstreams().get(0).inFlight()).isEqualTo(2);
		Thread stop = new Thread(agent::stop);
		stop.start();
		await().until(() -> !agent.isRunning());
		stopping.countDown();
		stop.join(TIMEOUT.toMillis());
		assertThat(stop.isAlive()).isFalse();
		assertThat(answered).hasValue(2);
		assertThat(answers).allSatisfy((answer) -> assertThat(answer).succeedsWithin(TIMEOUT).isEqualTo("ok"));
	}

}
