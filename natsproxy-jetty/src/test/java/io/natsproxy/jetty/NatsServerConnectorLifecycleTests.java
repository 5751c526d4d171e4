package io.natsproxy.jetty;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.natsproxy.core.exchange.caller.NatsReply;
import org.awaitility.Awaitility;
import org.eclipse.jetty.io.Content;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Start, stop and paths of a connector.
 */
class NatsServerConnectorLifecycleTests {

	private static final Duration TIMEOUT = JettyService.TIMEOUT;

	private JettyService service;

	@AfterEach
	void stop() throws Exception {
		this.service.close();
	}

	@Test
	void stopAnswersWhatHasArrivedAndEndsTheSubscriptions() throws Exception {
		this.service = new JettyService();
		CountDownLatch handling = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		this.service.handle((request, response, callback) -> {
			handling.countDown();
			assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
			Content.Sink.write(response, true, "done", callback);
		});
		CompletableFuture<NatsReply> reply = this.service.get("/").toFuture();
		assertThat(handling.await(30, TimeUnit.SECONDS)).isTrue();
		int running = subscriptions();
		CompletableFuture<Void> shutdown = this.service.connector().shutdown();
		Awaitility.await()
			.atMost(TIMEOUT)
			.until(() -> this.service.get("/").map((late) -> late.head().status()).block(TIMEOUT) == 503);
		assertThat(shutdown).isNotDone();
		goOn.countDown();
		assertThat(reply.get(30, TimeUnit.SECONDS).head().status()).isEqualTo(200);
		shutdown.get(30, TimeUnit.SECONDS);
		this.service.connector().stop();
		assertThat(this.service.connector().getInFlight()).isZero();
		assertThat(subscriptions()).isLessThanOrEqualTo(running - listening());
	}

	@Test
	void stopBreaksOffWhatIsNotAnsweredInTime() throws Exception {
		this.service = new JettyService((options) -> new NatsServerConnectorOptions(options.listener(),
				options.patterns(), options.exposed(), true, Duration.ofMillis(200), options.webSockets()));
		CountDownLatch handling = new CountDownLatch(1);
		this.service.handle((request, response, callback) -> {
			request.addFailureListener(callback::failed);
			handling.countDown();
		});
		CompletableFuture<NatsReply> reply = this.service.get("/").toFuture();
		assertThat(handling.await(30, TimeUnit.SECONDS)).isTrue();
		this.service.connector().stop();
		assertThat(reply.get(30, TimeUnit.SECONDS).head().status()).isEqualTo(503);
	}

	@Test
	void connectorCanBeStartedAgain() throws Exception {
		this.service = new JettyService();
		this.service.connector().stop();
		this.service.connector().start();
		assertThat(this.service.get("/").block(TIMEOUT).head().status()).isEqualTo(200);
	}

	@Test
	void serverHasNoPort() throws Exception {
		this.service = new JettyService();
		assertThat(this.service.server().getURI()).satisfiesAnyOf((uri) -> assertThat(uri).isNull(),
				(uri) -> assertThat(uri.getPort()).isLessThan(1));
		assertThat(this.service.connector().toString()).isEqualTo("NATS in queue group 'service': /**");
	}

	@Test
	void pathsThatAreNotExposedAreNotReached() throws Exception {
		this.service = new JettyService((options) -> new NatsServerConnectorOptions(options.listener(), List.of("/**"),
				(path) -> path.startsWith("/api/"), true, TIMEOUT, options.webSockets()));
		AtomicInteger handled = new AtomicInteger();
		this.service.handle((request, response, callback) -> {
			handled.incrementAndGet();
			callback.succeeded();
		});
		for (String target : List.of("/admin", "/api/../admin", "/api/%2e%2e/admin", "/api/..;a=b/admin",
				"/api/x/../../admin", "/api/.%2e/admin", "//api/admin", "/API/a", "/%61pi2/a")) {
			assertThat(this.service.get(target).block(TIMEOUT).head().status()).as(target).isBetween(400, 404);
		}
		assertThat(handled).hasValue(0);
		assertThat(this.service.get("/api/a").block(TIMEOUT).head().status()).isEqualTo(200);
		assertThat(handled).hasValue(1);
	}

	@Test
	void onlyTheSubjectsOfThePatternsAreSubscribed() throws Exception {
		this.service = new JettyService((options) -> new NatsServerConnectorOptions(options.listener(),
				List.of("/api/**"), (path) -> true, true, TIMEOUT, options.webSockets()));
		assertThat(this.service.get("/api").block(TIMEOUT).head().status()).isEqualTo(200);
		assertThat(this.service.get("/api/a").block(TIMEOUT).head().status()).isEqualTo(200);
		assertThat(this.service.get("/other").block(TIMEOUT).head().status()).isEqualTo(503);
	}

	private int subscriptions() {
		return this.service.broker().subscriptions().orElse(0);
	}

	/**
	 * Two for each of seven methods, and that for cancellations.
	 */
	private int listening() {
		return this.service.broker().subscriptions().isPresent() ? 15 : 0;
	}

}
