package io.natsproxy.core.management;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.natsproxy.core.discovery.AbstractBusTests;
import io.natsproxy.core.discovery.DiscoverableService;
import io.natsproxy.core.discovery.ServiceDescription;
import io.natsproxy.core.discovery.ServiceDiscovery;
import io.natsproxy.core.discovery.ServiceEndpoints;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.transport.TransportSubscriber;
import io.natsproxy.test.PermissionFront;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Both sides of management endpoints over NATS.
 */
class ManagementReaderTests extends AbstractBusTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private ManagementResponse read(String url, String id, String target) throws Exception {
		ManagementReader reader = new ManagementReader(exchanges(url), Schedulers.parallel());
		this.closeables.add(0, reader);
		ManagementResponse response = reader.read("orders", id, new ManagementRequest(target, "text/plain"))
			.block(PATIENCE);
		assertThat(response).isNotNull();
		return response;
	}

	private DiscoverableService serve(String url, Endpoints endpoints) throws Exception {
		NatsExchanges exchanges = exchanges(url);
		DiscoverableService service = new DiscoverableService(exchanges,
				new ServiceDiscovery(new ServiceDescription("orders", "1.0.0")).management(endpoints),
				new ServiceEndpoints.Builder(exchanges.routeSubjects(), "orders", null).build());
		CountDownLatch up = new CountDownLatch(1);
		Dispatcher dispatcher = this.raw.createDispatcher();
		dispatcher.subscribe("shop.natsproxy.service.up", (message) -> up.countDown());
		this.raw.flush(PATIENCE);
		service.listening();
		this.closeables.add(0, service::stopping);
		up.await();
		this.raw.closeDispatcher(dispatcher);
		return service;
	}

	private static String subject(DiscoverableService service) {
		return "shop.natsproxy.management.orders." + service.id();
	}

	private static Headers target(String target) {
		return new Headers().add("Natsproxy-Target", target);
	}

	@Test
	void endpointIsReadByInstance() throws Exception {
		DiscoverableService service = serve(broker.url(), (request, maxLength) -> Mono.just(new ManagementResponse(418,
				"text/plain", (request.target() + " " + request.accept()).getBytes(StandardCharsets.UTF_8))));
		ManagementResponse response = read(broker.url(), service.id(), "/health?a=b");
		assertThat(response.status()).isEqualTo(418);
		assertThat(response.contentType()).isEqualTo("text/plain");
		assertThat(response.body()).asString().isEqualTo("/health?a=b text/plain");
		assertThat(read(broker.url(), "nobody", "/health").status()).isEqualTo(503);
		Message info = this.raw.request("$SRV.INFO.orders." + service.id(), null, PATIENCE);
		assertThat(info.getData()).asString().contains("\"natsproxy.management\":\"health,info\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "*", ">", "a.b", "", "a b", "\u00e4", "a\r\nb" })
	void whatIsNoInstanceIsNotAsked(String id) throws Exception {
		AtomicInteger asked = new AtomicInteger();
		this.raw.createDispatcher((message) -> asked.incrementAndGet()).subscribe("shop.natsproxy.management.>");
		this.raw.flush(PATIENCE);
		assertThat(read(broker.url(), id, "/health").status()).isEqualTo(404);
		this.raw.flush(PATIENCE);
		assertThat(asked).hasValue(0);
	}

	@Test
	void failuresSayNothingOfTheirReason() throws Exception {
		DiscoverableService service = serve(broker.url(), (request, maxLength) -> {
			if (request.target().equals("/throws")) {
				throw new IllegalStateException("s3cret");
			}
			return Mono.error(new IllegalStateException("s3cret"));
		});
		for (String target : List.of("/throws", "/fails")) {
			ManagementResponse response = read(broker.url(), service.id(), target);
			assertThat(response.status()).isEqualTo(500);
			assertThat(response.body()).asString().doesNotContain("s3cret");
		}
	}

	@Test
	void responseThatFitsNoMessageIsRefused() throws Exception {
		DiscoverableService service = serve(broker.url(),
				(request, maxLength) -> Mono.just(new ManagementResponse(200, null, new byte[maxLength + 1])));
		assertThat(read(broker.url(), service.id(), "/long").status()).isEqualTo(507);
	}

	@Test
	void fewRequestsAreAnsweredAtOnceAndThoseForWhichThereIsNoRoomAreRefused() throws Exception {
		CountDownLatch released = new CountDownLatch(1);
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		DiscoverableService service = serve(broker.url(), (request, maxLength) -> Mono.fromCallable(() -> {
			most.accumulateAndGet(running.incrementAndGet(), Math::max);
			released.await();
			running.decrementAndGet();
			return new ManagementResponse(200, null, new byte[0]);
		}));
		AtomicInteger answered = new AtomicInteger();
		AtomicInteger refused = new AtomicInteger();
		String inbox = this.raw.createInbox();
		this.raw
			.createDispatcher(
					(message) -> ("503".equals(message.getHeaders().getFirst("Natsproxy-Status")) ? refused : answered)
						.incrementAndGet())
			.subscribe(inbox);
		for (int i = 0; i < 100; i++) {
			this.raw.publish(subject(service), inbox, target("/health"), null);
		}
		// Comes behind them, on the same thread.
		assertThat(this.raw.request("$SRV.PING.orders." + service.id(), null, PATIENCE)).isNotNull();
		int accepted = ManagementLane.MAX_WAITING + ManagementLane.AT_ONCE;
		await().atMost(PATIENCE).until(() -> refused.get() == 100 - accepted);
		released.countDown();
		await().atMost(PATIENCE).until(() -> answered.get() == accepted);
		assertThat(read(broker.url(), service.id(), "/health").status()).isEqualTo(200);
		assertThat(refused).hasValue(100 - accepted);
		assertThat(most.get()).isLessThanOrEqualTo(ManagementLane.AT_ONCE);
	}

	@Test
	void endpointThatHangsTakesFewThreadsAndNoneOfHealth() throws Exception {
		CountDownLatch released = new CountDownLatch(1);
		Set<Thread> threads = ConcurrentHashMap.newKeySet();
		NatsExchanges exchanges = exchanges(broker.url());
		ManagementListener listener = new ManagementListener(exchanges.transport(), exchanges.replySubjects(),
				(Endpoints) (request, maxLength) -> {
					if (request.target().equals("/hangs")) {
						threads.add(Thread.currentThread());
						awaitUninterruptibly(released);
					}
					return Mono.just(new ManagementResponse(200, null, new byte[0]));
				}, Duration.ofSeconds(1));
		TransportSubscriber subscriber = exchanges.transport().newSubscriber((message) -> {
		});
		this.closeables.add(0, subscriber::close);
		this.closeables.add(0, listener);
		subscriber.subscribe("shop.natsproxy.management.orders.1", listener::onRequest, () -> {
		});
		assertThat(exchanges.transport().flush(PATIENCE)).isTrue();
		for (int i = 0; i <= ManagementLane.AT_ONCE; i++) {
			assertThat(read(broker.url(), "1", "/hangs").status()).isEqualTo(504);
		}
		assertThat(threads).hasSize(ManagementLane.AT_ONCE);
		for (String health : List.of("/health", "/health/liveness", "/health?a=b")) {
			await().atMost(PATIENCE).until(() -> read(broker.url(), "1", health).status() == 200);
		}
		assertThat(read(broker.url(), "1", "/healthy").status()).isEqualTo(504);
		released.countDown();
		await().atMost(PATIENCE).until(() -> read(broker.url(), "1", "/hangs").status() == 200);
		assertThat(threads).hasSize(ManagementLane.AT_ONCE);
	}

	@Test
	void requestThatHasWaitedTooLongIsRefused() {
		AtomicInteger read = new AtomicInteger();
		List<Integer> late = new ArrayList<>();
		try (ManagementLane lane = new ManagementLane("test", (waiting, threads) -> {
			read.incrementAndGet();
			return Mono.empty();
		}, (waiting) -> late.add(1))) {
			ManagementRequest request = new ManagementRequest("/health", null);
			assertThat(lane.add(new ManagementLane.Waiting(request, "inbox", System.nanoTime() - 1))).isTrue();
			assertThat(lane.add(new ManagementLane.Waiting(request, "inbox", System.nanoTime() + PATIENCE.toNanos())))
				.isTrue();
		}
		assertThat(late).hasSize(1);
		assertThat(read).hasValue(1);
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		while (latch.getCount() > 0) {
			try {
				latch.await();
			}
			catch (InterruptedException ex) {
				// As endpoints do that cannot be interrupted.
			}
		}
	}

	@Test
	void nothingIsSentElsewhereThanToInboxesNorForWhatIsMalformed() throws Exception {
		DiscoverableService service = serve(broker.url(),
				(request, maxLength) -> Mono.just(new ManagementResponse(200, null, new byte[0])));
		AtomicInteger others = new AtomicInteger();
		this.raw.createDispatcher((message) -> others.incrementAndGet()).subscribe("evil");
		String inbox = this.raw.createInbox();
		this.raw.createDispatcher((message) -> others.incrementAndGet()).subscribe(inbox);
		this.raw.publish(subject(service), "evil", target("/health"), null);
		for (String malformed : List.of("", "health", "/" + "x".repeat(5000), "/a b")) {
			this.raw.publish(subject(service), inbox, target(malformed), null);
		}
		this.raw.publish(subject(service), inbox, null);
		this.raw.publish(subject(service), target("/health"), null);
		assertThat(read(broker.url(), service.id(), "/health").status()).isEqualTo(200);
		assertThat(others).hasValue(0);
	}

	@Test
	void serviceThatMayNotBeAskedWorksOnAndSaysSo() throws Exception {
		try (PermissionFront front = new PermissionFront(broker)) {
			front.permitSubscribe((subject) -> !subject.contains("natsproxy.management"));
			DiscoverableService service = serve(front.url(),
					(request, maxLength) -> Mono.just(new ManagementResponse(200, null, new byte[0])));
			assertThat(read(broker.url(), service.id(), "/health").status()).isEqualTo(503);
			assertThat(this.raw.request("$SRV.PING.orders." + service.id(), null, PATIENCE)).isNotNull();
		}
	}

	@Test
	void whoMayNotAskIsToldSo() throws Exception {
		try (PermissionFront front = new PermissionFront(broker)) {
			front.permitPublish((subject) -> !subject.contains("natsproxy.management"));
			assertThat(read(front.url(), "1", "/health").status()).isEqualTo(502);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "0", "100", "99", "2000", "600", "-200", "OK" })
	void malformedAnswerIsABadGateway(@Nullable String status) throws Exception {
		this.raw
			.createDispatcher((message) -> this.raw.publish(message.getReplyTo(),
					new Headers().add("Natsproxy-Status", status), null))
			.subscribe("shop.natsproxy.management.orders.1");
		this.raw.flush(PATIENCE);
		assertThat(read(broker.url(), "1", "/health").status()).isEqualTo(502);
	}

	/**
	 * Endpoints of a test.
	 */
	@FunctionalInterface
	private interface Endpoints extends ServiceManagement {

		@Override
		default List<String> endpoints() {
			return List.of("health", "info");
		}

	}

}
