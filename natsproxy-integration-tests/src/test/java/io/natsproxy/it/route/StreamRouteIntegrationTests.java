package io.natsproxy.it.route;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.PurgeOptions;
import io.nats.client.api.PublishAck;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.NatsServerPool;
import io.nats.client.support.NatsUri;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.jetstream.JetStreams;
import io.natsproxy.core.jetstream.SharedStreams;
import io.natsproxy.core.jetstream.StreamGap;
import io.natsproxy.core.jetstream.StreamListener;
import io.natsproxy.core.jetstream.StreamPosition;
import io.natsproxy.core.jetstream.StreamReading;
import io.natsproxy.core.jetstream.StreamStart;
import io.natsproxy.gateway.declared.subscribe.SubscribeHandlers;
import io.natsproxy.it.gateway.Peer;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.support.TestApplication;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Messages that a stream stores: clients go on where they were.
 */
@Timeout(60)
class StreamRouteIntegrationTests {

	private static final String[] ROUTE = { "path=/ticks/{symbol}", "subscribe.subject=ticks.{symbol}",
			"subscribe.stream=TICKS", "subscribe.buffer=4KB" };

	@RegisterExtension
	static final RouteGateway routes = RouteGateway.withJetStream()
		.route(ROUTE)
		.route("path=/ticks", "subscribe.subject=ticks.*", "subscribe.stream=TICKS")
		.route("path=/none", "subscribe.subject=none", "subscribe.stream=NONE");

	private final Peer peer = routes.peer();

	private JetStreamManagement streams;

	@BeforeEach
	void createStream() throws IOException, JetStreamApiException {
		this.streams = this.peer.connection().jetStreamManagement();
		if (this.streams.getStreamNames().contains("TICKS")) {
			this.streams.deleteStream("TICKS");
		}
		this.streams.addStream(
				StreamConfiguration.builder().name("TICKS").subjects("ticks.*").storageType(StorageType.File).build());
	}

	@Test
	void clientGoesOnWhereItWas() throws Exception {
		String id;
		try (EventClient client = EventClient.sse(routes.port(), "/ticks/a")) {
			publish("ticks.a", "1");
			id = id(client.event(), "1");
		}
		publish("ticks.a", "2");
		publish("ticks.b", "no");
		publish("ticks.a", "3");
		try (EventClient header = EventClient.sse(routes.port(), "/ticks/a", "Last-Event-ID: " + id);
				EventClient query = EventClient.sse(routes.port(), "/ticks/a?lastEventId=" + id)) {
			for (EventClient client : List.of(header, query)) {
				id(client.event(), "2");
				id(client.event(), "3");
			}
			publish("ticks.a", "4");
			id(header.event(), "4");
			id(query.event(), "4");
			await().untilAsserted(() -> assertThat(consumers()).isOne());
		}
		await().untilAsserted(() -> assertThat(consumers()).isZero());
	}

	@Test
	void clientThatHasGotNothingGoesOnWhereItWas() throws Exception {
		String id;
		try (EventClient client = EventClient.sse(routes.port(), "/ticks/a")) {
			String line = client.line();
			assertThat(line).startsWith("id: ");
			assertThat(client.line()).isEmpty();
			id = line.substring("id: ".length());
		}
		publish("ticks.a", "1");
		try (EventClient client = EventClient.sse(routes.port(), "/ticks/a", "Last-Event-ID: " + id)) {
			id(client.event(), "1");
		}
	}

	@Test
	void linesHaveAnId() throws Exception {
		try (EventClient client = new EventClient(routes.port(), "/ticks/a", "Accept: application/x-ndjson")) {
			assertThat(client.line()).matches("\\{\"\\$id\":\"[a-z0-9]+-0\"}");
			publish("ticks.a", "{\"a\":1}");
			assertThat(client.line()).matches("\\{\"\\$id\":\"[a-z0-9]+-1\",\"\\$data\":\\{\"a\":1}}");
		}
	}

	@Test
	void clientsShareOneConsumerForEachSubject() throws Exception {
		List<EventClient> clients = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			clients.add(EventClient.sse(routes.port(), "/ticks/a"));
		}
		assertThat(consumers()).isOne();
		publish("ticks.a", "1");
		for (EventClient client : clients) {
			id(client.event(), "1");
			client.close();
		}
		await().untilAsserted(() -> assertThat(consumers()).isZero());
	}

	@Test
	void whatIsStoredIsReadFromATimeOn() throws Exception {
		publish("ticks.a", "1");
		try (EventClient client = EventClient.sse(routes.port(), "/ticks/a?since=1h");
				EventClient later = EventClient.sse(routes.port(), "/ticks/a?since=" + Instant.now().plusSeconds(60))) {
			id(client.event(), "1");
			publish("ticks.a", "2");
			id(client.event(), "2");
			assertThat(later.status()).contains("200");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "-0044-03-15T12:00:00Z", "1000000d" })
	void timesOfLongAgoAreThatOfTheFirstMessage(String since) throws Exception {
		publish("ticks.a", "1");
		try (EventClient client = EventClient.sse(routes.port(), "/ticks/a?since=" + since)) {
			id(client.event(), "1");
		}
	}

	@Test
	void lastOfEachSubjectIsRead() throws Exception {
		publish("ticks.a", "1");
		publish("ticks.a", "2");
		publish("ticks.b", "3");
		try (EventClient client = EventClient.sse(routes.port(), "/ticks?last-per-subject=true")) {
			id(client.event(), "2");
			id(client.event(), "3");
			publish("ticks.b", "4");
			id(client.event(), "4");
		}
	}

	@Test
	void lastOfEachSubjectIsReadAlthoughTheConsumerIsLost() throws Exception {
		for (int i = 0; i < 9; i++) {
			publish("ticks." + i, "last");
		}
		publish("ticks.9", "first");
		publish("ticks.9", "last");
		try (NatsExchanges exchanges = new NatsExchanges(this.peer.connection(), "");
				JetStreams jetStreams = new JetStreams(exchanges, Duration.ofSeconds(5));
				SharedStreams<byte[]> shared = new SharedStreams<>(jetStreams, (position, payload) -> payload)) {
			Reader reader = new Reader();
			StreamReading reading = shared.read("TICKS", "ticks.*", StreamStart.LAST_PER_SUBJECT, 1, reader).block();
			reading.proceed();
			await().until(() -> reader.more.get() == 2);
			for (String name : this.streams.getConsumerNames("TICKS")) {
				this.streams.deleteConsumer("TICKS", name);
			}
			await().untilAsserted(() -> {
				reading.proceed();
				assertThat(reader.stored).hasSize(10)
					.map((payload) -> new String(payload, StandardCharsets.UTF_8))
					.containsOnly("last");
			});
			reading.dispose();
		}
	}

	@Test
	void whatIsGoneIsToldOf() throws Exception {
		PublishAck ack = publish("ticks.a", "1");
		String id;
		try (EventClient client = EventClient.sse(routes.port(), "/ticks/a?since=1h")) {
			id = id(client.event(), "1");
		}
		publish("ticks.a", "2");
		publish("ticks.a", "3");
		purgeTo(ack.getSeqno() + 2);
		try (EventClient client = EventClient.sse(routes.port(), "/ticks/a", "Last-Event-ID: " + id)) {
			String gap = client.event();
			assertThat(gap).contains("event: gap\ndata: {\"reason\":\"expired\",\"from\":2,\"to\":2}")
				.startsWith("id: ");
			id(client.event(), "3");
		}
	}

	@Test
	void whatExpiresBeforeItIsReadIsToldOf() throws Exception {
		for (int i = 0; i < 4; i++) {
			publish("ticks.a", "1");
		}
		try (NatsExchanges exchanges = new NatsExchanges(this.peer.connection(), "");
				JetStreams jetStreams = new JetStreams(exchanges, Duration.ofSeconds(5));
				SharedStreams<byte[]> shared = new SharedStreams<>(jetStreams, (position, payload) -> payload)) {
			Reader reader = new Reader();
			StreamReading reading = shared
				.read("TICKS", "ticks.a", StreamStart.since(Instant.now().minusSeconds(60)), 1, reader)
				.block();
			reading.proceed();
			await().until(() -> reader.more.get() == 2);
			assertThat(reader.stored).hasSize(1);
			purgeTo(4);
			reading.proceed();
			await().until(() -> reader.stored.size() == 2);
			assertThat(reader.gaps).singleElement()
				.matches((gap) -> gap.from() == 2 && gap.to() == 3 && gap.position().sequence() == 3);
			reading.dispose();
		}
	}

	@Test
	void whatExpiresWhileThereIsNoConnectionIsToldOf() throws Exception {
		Servers servers = new Servers();
		Connection connection = Nats
			.connect(Options.builder().server(routes.broker().url()).serverPool(servers).build());
		try (NatsExchanges exchanges = new NatsExchanges(connection, "");
				JetStreams jetStreams = new JetStreams(exchanges, Duration.ofSeconds(5));
				SharedStreams<byte[]> shared = new SharedStreams<>(jetStreams, (position, payload) -> payload)) {
			Reader reader = new Reader();
			assertThat(shared.read("TICKS", "ticks.a", StreamStart.NEW, 1, reader).block()).isNotNull();
			servers.away = () -> {
				for (int i = 0; i < 3; i++) {
					publish("ticks.a", "1");
				}
				purgeTo(3);
				return null;
			};
			connection.forceReconnect();
			shared.restore();
			await().until(() -> !reader.gaps.isEmpty());
			assertThat(reader.gaps).singleElement()
				.matches((gap) -> gap.from() == 1 && gap.to() == 2 && gap.position().sequence() == 2);
			await().until(() -> reader.events.size() == 1);
		}
		connection.close();
	}

	@Test
	void streamThatHasExpiredIsToldOf() throws Exception {
		publish("ticks.a", "1");
		this.streams.purgeStream("TICKS");
		try (EventClient client = EventClient.sse(routes.port(), "/ticks/a?since=1h")) {
			assertThat(client.event()).endsWith("data: {\"reason\":\"expired\",\"to\":1}");
			publish("ticks.a", "2");
			id(client.event(), "2");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "abc-1", "nonsense", "-", "abc--1", "\u00FF" })
	void anotherStreamIsToldOfAndIsNotReadAgain(String id) throws Exception {
		publish("ticks.a", "1");
		try (EventClient client = EventClient.sse(routes.port(), "/ticks/a", "Last-Event-ID: " + id)) {
			String gap = client.event();
			assertThat(gap).endsWith("event: gap\ndata: {\"reason\":\"other-stream\"}");
			publish("ticks.a", "2");
			id(client.event(), "2");
			String again = gap.substring("id: ".length(), gap.indexOf('\n'));
			try (EventClient second = EventClient.sse(routes.port(), "/ticks/a", "Last-Event-ID: " + again)) {
				id(second.event(), "2");
			}
		}
	}

	@Test
	void slowClientGetsAllThatIsStored() throws Exception {
		String text = "x".repeat(2000);
		int count = 1500;
		try (EventClient client = EventClient.sse(routes.port(), "/ticks/a")) {
			for (int i = 0; i < count; i++) {
				this.peer.publish("ticks.a", null, text + i);
			}
			this.peer.flush();
			for (int i = 0; i < count; i++) {
				id(client.event(), text + i);
			}
			publish("ticks.a", "last");
			id(client.event(), "last");
			await().untilAsserted(() -> assertThat(consumers()).isOne());
		}
	}

	@Test
	void clientGoesOnAtAnotherGateway() throws Exception {
		String id;
		try (TestApplication first = gateway()) {
			try (EventClient client = EventClient.sse(first.port(), "/ticks/a")) {
				publish("ticks.a", "1");
				id = id(client.event(), "1");
			}
		}
		publish("ticks.a", "2");
		try (TestApplication second = gateway();
				EventClient client = EventClient.sse(second.port(), "/ticks/a", "Last-Event-ID: " + id)) {
			id(client.event(), "2");
		}
	}

	private static TestApplication gateway() {
		List<String> properties = new ArrayList<>();
		for (String property : ROUTE) {
			properties.add("natsproxy.gateway.routes[0]." + property);
		}
		return TestApplication.gateway(routes.broker()).properties(properties.toArray(String[]::new)).start();
	}

	@Test
	void restartOfTheServerLeavesNeitherHolesNorDuplicates() throws Exception {
		try (EventClient client = EventClient.sse(routes.port(), "/ticks/a")) {
			publish("ticks.a", "1");
			id(client.event(), "1");
			routes.broker().restart();
			await().ignoreExceptions().until(() -> publish("ticks.a", "2") != null);
			id(client.event(), "2");
			publish("ticks.a", "3");
			id(client.event(), "3");
		}
	}

	/**
	 * As it is when a gateway is killed, its connection ends without a word.
	 */
	@Test
	void noConsumerIsLeftBehindByAGatewayThatIsKilled() throws Exception {
		for (int i = 0; i < 20; i++) {
			publish("ticks.a", "1");
		}
		Connection connection = Nats.connect(routes.broker().url());
		try (NatsExchanges exchanges = new NatsExchanges(connection, "");
				JetStreams jetStreams = new JetStreams(exchanges, Duration.ofSeconds(5));
				SharedStreams<byte[]> shared = new SharedStreams<>(jetStreams, (position, payload) -> payload)) {
			Reader tail = new Reader();
			Reader behind = new Reader();
			assertThat(shared.read("TICKS", "ticks.a", StreamStart.NEW, 1, tail).block()).isNotNull();
			StreamReading reading = shared
				.read("TICKS", "ticks.a", StreamStart.since(Instant.now().minusSeconds(60)), 1, behind)
				.block();
			reading.proceed();
			await().untilAsserted(() -> assertThat(consumers()).isEqualTo(2));
			await().untilAsserted(() -> assertThat(behind.stored).isNotEmpty());
			connection.close();
			await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(consumers()).isZero());
		}
	}

	@Test
	void streamThatIsGoneEndsItsReaders() throws Exception {
		try (EventClient client = EventClient.sse(routes.port(), "/ticks/a")) {
			this.streams.deleteStream("TICKS");
			assertThat(client.event()).isNull();
		}
		await()
			.untilAsserted(() -> assertThat(routes.gateway().bean(SubscribeHandlers.class).subscriptions()).isZero());
	}

	@ParameterizedTest
	@ValueSource(strings = { "since=abc", "since=-1s", "since=P1", "last-per-subject=1" })
	void malformedStartIsRefused(String query) {
		assertThat(RawHttpClient.get(routes.port(), "/ticks/a?" + query).status()).isEqualTo(400);
	}

	@Test
	void absentStreamIsNotFound() {
		assertThat(RawHttpClient.get(routes.port(), "/none").status()).isEqualTo(404);
	}

	private PublishAck publish(String subject, String payload) throws IOException, JetStreamApiException {
		return this.peer.connection().jetStream().publish(subject, payload.getBytes(StandardCharsets.UTF_8));
	}

	private void purgeTo(long sequence) throws IOException, JetStreamApiException {
		this.streams.purgeStream("TICKS", PurgeOptions.builder().sequence(sequence).build());
	}

	private long consumers() throws IOException, JetStreamApiException {
		return this.streams.getStreamInfo("TICKS").getStreamState().getConsumerCount();
	}

	/**
	 * Checks the data of an event, and returns its id.
	 */
	private static String id(String event, String data) {
		assertThat(event).startsWith("id: ").endsWith("\ndata: " + data);
		return event.substring("id: ".length(), event.indexOf('\n'));
	}

	/**
	 * Does something before a connection is made anew.
	 */
	private static final class Servers extends NatsServerPool {

		private Callable<?> away = () -> null;

		@Override
		public NatsUri nextServer() {
			try {
				this.away.call();
				return super.nextServer();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	private static final class Reader implements StreamListener<byte[]> {

		private final Queue<byte[]> stored = new ConcurrentLinkedQueue<>();

		private final Queue<byte[]> events = new ConcurrentLinkedQueue<>();

		private final Queue<StreamGap> gaps = new ConcurrentLinkedQueue<>();

		private final AtomicInteger more = new AtomicInteger();

		@Override
		public void onStart(StreamPosition position) {
		}

		@Override
		public boolean onEvent(byte[] event) {
			return this.events.add(event);
		}

		@Override
		public void onStoredEvent(byte[] event) {
			this.stored.add(event);
		}

		@Override
		public void onMore() {
			this.more.incrementAndGet();
		}

		@Override
		public void onGap(StreamGap gap) {
			this.gaps.add(gap);
		}

		@Override
		public void onEnd() {
		}

	}

}
