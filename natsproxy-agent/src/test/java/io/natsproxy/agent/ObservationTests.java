package io.natsproxy.agent;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.RequestHead;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Each request is observed until it has ended, with the status that its caller gets.
 */
class ObservationTests extends AbstractAgentTests {

	private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

	private final ObservationRegistry registry = ObservationRegistry.create();

	private final Queue<String> begun = new ConcurrentLinkedQueue<>();

	/**
	 * Status and exception of those that have ended.
	 */
	private final Queue<String> ended = new ConcurrentLinkedQueue<>();

	private volatile boolean failing;

	/**
	 * Holds up the thread on which an observation begins.
	 */
	private volatile CountDownLatch start = new CountDownLatch(0);

	ObservationTests() {
		this.registry.observationConfig().observationHandler(new Handler());
	}

	private Agent observe(Duration gracePeriod, Upstream upstream) {
		return observe(gracePeriod, 1000, upstream);
	}

	private Agent observe(Duration gracePeriod, int maxStreams, Upstream upstream) {
		AgentOptions options = new AgentOptions(1000, maxStreams, 32 * 1024, true, StreamOptions.DEFAULTS,
				NatsWebSocketOptions.DEFAULTS, null, gracePeriod, false);
		Agent agent = new Agent(agentSide(), List.of(upstream), options, Map.of(),
				new AgentObservations(this.registry, true));
		agent.start();
		opened(agent::stop);
		return agent;
	}

	private ResponseEntity<String> get(String path) {
		return client().get().uri(path).exchangeToMono((response) -> response.toEntity(String.class)).block(TIMEOUT);
	}

	private void assertEnded(String... ends) {
		await().untilAsserted(() -> assertThat(this.ended).containsExactly(ends));
		assertThat(this.begun).hasSameSizeAs(this.ended);
	}

	@Test
	void requestsWhoseTimeIsOverAtOnceEnd() throws IOException {
		RawUpstream upstream = opened(new RawUpstream((connection) -> {
			connection.readHead();
			connection.awaitEnd();
		}));
		observe(TIMEOUT, upstream(upstream.port()));
		NatsHeaders headers = new HeadCodec()
			.encode(new RequestHead("GET", "/orders/1", Duration.ofMillis(1), HeaderFields.EMPTY));
		for (int i = 0; i < 100; i++) {
			agentSide().transport().publish("GET:.orders.1", agentSide().transport().newInbox(), headers, new byte[0]);
		}
		await().untilAsserted(() -> assertThat(this.begun).filteredOn(AgentObservations.RECEIVED::equals).hasSize(100));
		await().untilAsserted(() -> assertThat(this.ended).hasSameSizeAs(this.begun));
		assertThat(this.ended).containsOnly("UNKNOWN CANCELLED");
	}

	/**
	 * The agent has broken off all that it knows of while the thread that receives is
	 * about to begin with the request.
	 */
	@Test
	void requestThatIsBrokenOffBeforeItGoesToTheUpstreamEnds() throws Exception {
		RawUpstream upstream = opened(RawUpstream.answering(OK));
		Agent agent = observe(Duration.ofMillis(100), upstream(upstream.port()));
		this.start = new CountDownLatch(1);
		var answer = client().get()
			.uri("/orders/1")
			.exchangeToMono((response) -> response.toEntity(String.class))
			.toFuture();
		await().until(() -> !this.begun.isEmpty());
		agent.stop();
		this.start.countDown();
		assertThat(answer).succeedsWithin(TIMEOUT)
			.satisfies((response) -> assertThat(response.getStatusCode().value()).isEqualTo(503));
		assertEnded("503 none");
		assertThat(upstream.heads()).isEmpty();
	}

	@Test
	void requestsThatAStopBreaksOffHaveTheStatusThatTheirCallersGet() throws Exception {
		CountDownLatch taken = new CountDownLatch(1);
		RawUpstream upstream = opened(new RawUpstream((connection) -> {
			connection.readHead();
			taken.countDown();
			connection.awaitEnd();
		}));
		Agent agent = observe(Duration.ofMillis(100), upstream(upstream.port()));
		var answer = client().get()
			.uri("/orders/1")
			.exchangeToMono((response) -> response.toEntity(String.class))
			.toFuture();
		assertThat(taken.await(20, TimeUnit.SECONDS)).isTrue();
		agent.stop();
		assertThat(answer).succeedsWithin(TIMEOUT)
			.satisfies((got) -> assertThat(got.getStatusCode().value()).isEqualTo(503));
		assertEnded("503 none", "503 none");
	}

	@Test
	void streamForWhichThereIsNoPlaceHasTheStatusThatItsCallerGets() throws IOException {
		RawUpstream upstream = opened(new RawUpstream((connection) -> {
			connection.readHead();
			connection.awaitEnd();
		}));
		observe(TIMEOUT, 1, upstream(upstream.port()));
		Flux<DataBuffer> endless = Flux.range(0, Integer.MAX_VALUE)
			.map((i) -> DefaultDataBufferFactory.sharedInstance.wrap(new byte[10_000]));
		Disposable first = client().post()
			.uri("/orders/1")
			.body(endless, DataBuffer.class)
			.retrieve()
			.toBodilessEntity()
			.subscribe();
		await().until(() -> !upstream.heads().isEmpty());
		ResponseEntity<String> second = client().post()
			.uri("/orders/2")
			.body(endless, DataBuffer.class)
			.exchangeToMono((response) -> response.toEntity(String.class))
			.block(TIMEOUT);
		assertThat(second.getStatusCode().value()).isEqualTo(503);
		await().untilAsserted(() -> assertThat(this.ended).containsExactly("503 none", "503 none"));
		first.dispose();
	}

	@Test
	void responseThatDoesNotFitHasTheStatusOfWhatIsSentInItsPlace() throws IOException {
		RawUpstream upstream = opened(RawUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
				+ ("X-Long: " + "x".repeat(30_000) + "\r\n").repeat(40) + "\r\n"));
		observe(TIMEOUT, upstream(upstream.port(), UpstreamRequests.DEFAULTS,
				new UpstreamConnections(1, TIMEOUT, 1, TIMEOUT, TIMEOUT, TIMEOUT, 2 * 1024 * 1024, null)));
		assertThat(get("/orders/1").getStatusCode().value()).isEqualTo(502);
		assertEnded("502 none", "502 none");
	}

	@Test
	void callerWhoStopsWaitingIsToldApart() throws Exception {
		RawUpstream upstream = opened(new RawUpstream((connection) -> {
			connection.readHead();
			connection.awaitEnd();
		}));
		observe(TIMEOUT, upstream(upstream.port()));
		assertThatException().isThrownBy(() -> client(Duration.ofMillis(300)).get()
			.uri("/orders/1")
			.retrieve()
			.bodyToMono(String.class)
			.block(TIMEOUT));
		assertEnded("UNKNOWN CANCELLED", "UNKNOWN CANCELLED");
	}

	@Test
	void noResponseInTimeHasTheStatusOfItsAnswer() throws IOException {
		RawUpstream upstream = opened(new RawUpstream((connection) -> {
			connection.readHead();
			connection.awaitEnd();
		}));
		observe(TIMEOUT, upstream(upstream.port(), UpstreamRequests.DEFAULTS,
				timeouts(TIMEOUT, Duration.ofMillis(300), TIMEOUT)));
		assertThat(get("/orders/1").getStatusCode().value()).isEqualTo(504);
		assertEnded("504 StalledException", "504 StalledException");
	}

	@Test
	void observerThatFailsChangesNoAnswer() throws IOException {
		RawUpstream upstream = opened(RawUpstream.answering(OK));
		observe(TIMEOUT, upstream(upstream.port()));
		this.failing = true;
		assertThat(get("/orders/..;/admin").getStatusCode().value()).isEqualTo(400);
		assertThat(client().method(HttpMethod.GET).uri("/orders/1").retrieve().bodyToMono(String.class).block(TIMEOUT))
			.isEqualTo("ok");
		assertEnded("400 none", "200 none", "200 none");
	}

	private final class Handler implements ObservationHandler<Observation.Context> {

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

		@Override
		public void onStart(Observation.Context context) {
			ObservationTests.this.begun.add(context.getName());
			try {
				ObservationTests.this.start.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		@Override
		public void onStop(Observation.Context context) {
			ObservationTests.this.ended.add(context.getLowCardinalityKeyValue("status").getValue() + " "
					+ context.getLowCardinalityKeyValue("exception").getValue());
			if (ObservationTests.this.failing) {
				throw new IllegalStateException("The observer fails");
			}
		}

	}

}
