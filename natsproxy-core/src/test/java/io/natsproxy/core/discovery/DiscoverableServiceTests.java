package io.natsproxy.core.discovery;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.impl.Headers;
import io.nats.service.Discovery;
import io.nats.service.EndpointStats;
import io.nats.service.InfoResponse;
import io.nats.service.PingResponse;
import io.nats.service.StatsResponse;
import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.exchange.listener.NatsListener;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.exchange.listener.NatsRequestHandler;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.transport.netty.NettyDataPort;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.test.PermissionFront;
import io.natsproxy.test.TestBroker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Services as jnats' own client of ADR-32 discovers them.
 */
class DiscoverableServiceTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static TestBroker broker;

	private static PermissionFront front;

	private final List<NatsConnector> connectors = new ArrayList<>();

	private final List<AutoCloseable> closeables = new ArrayList<>();

	private Connection client;

	@BeforeAll
	static void startBroker() {
		broker = TestBroker.start();
		front = new PermissionFront(broker);
	}

	@AfterAll
	static void stopBroker() {
		front.close();
		broker.close();
	}

	@BeforeEach
	void connect() throws Exception {
		this.client = Nats.connect(broker.url());
	}

	@AfterEach
	void close() throws Exception {
		front.permitSubscribe((subject) -> true);
		for (AutoCloseable closeable : this.closeables) {
			closeable.close();
		}
		this.connectors.forEach(NatsConnector::close);
		this.client.close();
	}

	String dataPort() {
		return NettyDataPort.class.getName();
	}

	private NatsExchanges connection(String url) throws Exception {
		NatsConnector connector = new NatsConnector("test", "");
		this.connectors.add(connector);
		NatsExchanges exchanges = new NatsExchanges(connector.connectNow(connector.options()
			.dataPortType(dataPort())
			.server(url)
			.reconnectWait(Duration.ofMillis(50))
			.reconnectJitter(Duration.ofMillis(10))
			.build()), "");
		this.closeables.add(exchanges);
		return exchanges;
	}

	private Service serve(NatsExchanges exchanges, ServiceDiscovery discovery, NatsListenerOptions options,
			NatsRequestHandler handler, String... paths) {
		ServiceEndpoints.Builder builder = new ServiceEndpoints.Builder(exchanges.routeSubjects(), options.queueGroup(),
				options.format());
		List<String> subjects = new ArrayList<>();
		for (String path : paths) {
			builder.add(Set.of("GET"), path, EndpointTraits.UNKNOWN);
			subjects.addAll(exchanges.routeSubjects().covering(Set.of("GET"), path));
		}
		ServiceEndpoints endpoints = builder.build();
		DiscoverableService discoverable = new DiscoverableService(exchanges, discovery, endpoints);
		NatsListener listener = new NatsListener(exchanges, options, handler, discoverable);
		listener.start(subjects);
		this.closeables.add(0, listener::abort);
		return new Service(discovery.service().name(), discoverable, listener);
	}

	private Service serve(String name, NatsRequestHandler handler, String... paths) throws Exception {
		Service service = serve(connection(broker.url()), new ServiceDiscovery(description(name)),
				new NatsListenerOptions(name), handler, paths);
		awaitDiscovered(service, "$SRV");
		return service;
	}

	private static ServiceDescription description(String name) {
		return new ServiceDescription(name, "1.2.3-rc.1", "Takes orders", Map.of("zone", "north"));
	}

	/**
	 * Waits for the last of the subscriptions.
	 */
	private void awaitDiscovered(Service service, String prefix) {
		await().atMost(PATIENCE)
			.until(() -> this.client.request(prefix + ".STATS." + service.name() + "." + service.discoverable().id(),
					null, Duration.ofSeconds(2)) != null);
	}

	private Discovery discovery(int maxResults) {
		return new Discovery(this.client, 5000, maxResults);
	}

	private Message get(String subject) throws Exception {
		return this.client.request(subject, null, PATIENCE);
	}

	private static ResponseHead head(int status) {
		return new ResponseHead(status, HeaderFields.EMPTY);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Returns the statistics of an endpoint, once it has had so many requests.
	 */
	private EndpointStats stats(Service service, String endpoint, long requests) {
		return await().atMost(PATIENCE).until(() -> {
			StatsResponse stats = discovery(1).stats(service.name(), service.discoverable().id());
			return stats.getEndpointStatsList()
				.stream()
				.filter((each) -> each.getName().equals(endpoint))
				.findFirst()
				.orElseThrow();
		}, (stats) -> stats.getNumRequests() == requests);
	}

	@Test
	void instancesAreFoundByNothingByNameAndById() throws Exception {
		Service orders = serve("orders", (exchange) -> exchange.reply(head(200), bytes("")), "/orders/{id}");
		Service more = serve("orders", (exchange) -> exchange.reply(head(200), bytes("")), "/orders/{id}");
		Service stock = serve("stock", (exchange) -> exchange.reply(head(200), bytes("")), "/stock");
		assertThat(discovery(3).ping()).extracting(PingResponse::getId)
			.containsExactlyInAnyOrder(orders.discoverable().id(), more.discoverable().id(), stock.discoverable().id());
		assertThat(discovery(2).info("orders")).extracting(InfoResponse::getId)
			.containsExactlyInAnyOrder(orders.discoverable().id(), more.discoverable().id());
		assertThat(discovery(1).stats("stock")).extracting(StatsResponse::getId)
			.containsExactly(stock.discoverable().id());

		PingResponse ping = discovery(1).ping("orders", orders.discoverable().id());
		assertThat(ping.getName()).isEqualTo("orders");
		assertThat(ping.getVersion()).isEqualTo("1.2.3-rc.1");
		assertThat(ping.getMetadata()).containsEntry("zone", "north").containsEntry("natsproxy.protocol", "1");
		InfoResponse info = discovery(1).info("orders", orders.discoverable().id());
		assertThat(info.getDescription()).isEqualTo("Takes orders");
		assertThat(info.getEndpoints()).singleElement().satisfies((endpoint) -> {
			assertThat(endpoint.getName()).isEqualTo("GET_orders_id");
			assertThat(endpoint.getSubject()).isEqualTo("GET:.orders.*");
			assertThat(endpoint.getQueueGroup()).isEqualTo("orders");
			assertThat(endpoint.getMetadata()).containsOnly(Map.entry("method", "GET"),
					Map.entry("path", "/orders/{id}"));
		});
		StatsResponse stats = discovery(1).stats("orders", orders.discoverable().id());
		assertThat(stats.getStarted()).isNotNull();
		assertThat(stats.getEndpointStatsList()).singleElement().satisfies((endpoint) -> {
			assertThat(endpoint.getNumRequests()).isZero();
			assertThat(endpoint.getLastError()).isNullOrEmpty();
		});
	}

	@Test
	void namesAreToldApartByCase() throws Exception {
		Service service = serve("Orders", (exchange) -> exchange.reply(head(200), bytes("")), "/orders");
		assertThat(discovery(1).ping("Orders")).hasSize(1);
		Message nobody = this.client.request("$SRV.PING.orders", null, Duration.ofSeconds(2));
		assertThat(nobody == null || nobody.isStatusMessage()).isTrue();
		assertThat(service.name()).isEqualTo("Orders");
	}

	@Test
	void prefixIsThatOfTheSettings() throws Exception {
		Service service = serve(connection(broker.url()), new ServiceDiscovery("ops.Srv", description("orders")),
				new NatsListenerOptions("orders"), (exchange) -> exchange.reply(head(200), bytes("")), "/orders");
		awaitDiscovered(service, "ops.Srv");
		Message message = get("ops.Srv.PING");
		assertThat(new String(message.getData(), StandardCharsets.UTF_8)).contains(service.discoverable().id());
	}

	@Test
	void exchangesAreCountedWhenTheyEnd() throws Exception {
		BlockingQueue<IncomingExchange> received = new LinkedBlockingQueue<>();
		Service service = serve("orders", received::add, "/orders/{id}");
		CompletableFuture<Message> reply = this.client.request("GET:.orders.7", null);
		IncomingExchange exchange = received.poll(30, TimeUnit.SECONDS);
		assertThat(stats(service, "GET_orders_id", 0).getProcessingTime()).isZero();
		long begin = System.nanoTime();
		await().until(() -> System.nanoTime() - begin > 20_000_000);
		exchange.reply(head(200), bytes("seven"));
		reply.get(30, TimeUnit.SECONDS);
		EndpointStats stats = stats(service, "GET_orders_id", 1);
		assertThat(stats.getProcessingTime()).isGreaterThanOrEqualTo(20_000_000);
		assertThat(stats.getAverageProcessingTime()).isEqualTo(stats.getProcessingTime());
		assertThat(stats.getNumErrors()).isZero();
		assertThat(stats.getLastError()).isNullOrEmpty();
	}

	@Test
	void streamsAreCountedWhenTheLastFrameIsSent() throws Exception {
		BlockingQueue<IncomingExchange> received = new LinkedBlockingQueue<>();
		Service service = serve("orders", received::add, "/orders/{id}");
		String inbox = this.client.createInbox();
		BlockingQueue<Message> frames = new LinkedBlockingQueue<>();
		this.client.createDispatcher(frames::add).subscribe(inbox);
		this.client.publish("GET:.orders.7", inbox,
				new Headers().add("Natsproxy-Version", "1")
					.add("Natsproxy-Method", "GET")
					.add("Natsproxy-Target", "/orders/7"),
				null);
		IncomingExchange exchange = received.poll(30, TimeUnit.SECONDS);
		byte[] large = new byte[2_000_000];
		exchange.write(head(200), Flux.just(large)).subscribe();
		Message head = frames.poll(30, TimeUnit.SECONDS);
		assertThat(head.getHeaders().getFirst("Natsproxy-Body")).isEqualTo("stream");
		assertThat(stats(service, "GET_orders_id", 0).getNumErrors()).isZero();
		this.client.publish(head.getReplyTo(), new Headers().add("Natsproxy-Frame", "credit 1"), bytes("10000000"));
		EndpointStats stats = stats(service, "GET_orders_id", 1);
		assertThat(stats.getNumErrors()).isZero();
	}

	@Test
	void errorsAreThoseOfTheServiceAndSayNothingOfTheClient() throws Exception {
		BlockingQueue<IncomingExchange> received = new LinkedBlockingQueue<>();
		Service service = serve("orders", received::add, "/orders/{id}");
		String endpoint = "GET_orders_id";
		for (int status : new int[] { 404, 503 }) {
			this.client.publish("GET:.orders.secret", this.client.createInbox(), bytes("secret"));
			received.poll(30, TimeUnit.SECONDS).reply(head(status), bytes("secret"));
		}
		EndpointStats stats = stats(service, endpoint, 2);
		assertThat(stats.getNumErrors()).isEqualTo(1);
		assertThat(stats.getLastError()).isEqualTo("503:Service Unavailable");

		this.client.publish("GET:.orders.secret", this.client.createInbox(), bytes("secret"));
		received.poll(30, TimeUnit.SECONDS).discard();
		stats = stats(service, endpoint, 3);
		assertThat(stats.getNumErrors()).isEqualTo(2);
		assertThat(stats.getLastError()).isEqualTo("502:The response could not be completed");

		this.client.publish("GET:.orders.secret", this.client.createInbox(), bytes("secret"));
		received.poll(30, TimeUnit.SECONDS).expire();
		stats = stats(service, endpoint, 4);
		assertThat(stats.getNumErrors()).isEqualTo(3);
		assertThat(stats.getLastError()).startsWith("504:").doesNotContain("secret");

		// A caller that has stopped waiting is nobody's error.
		String inbox = this.client.createInbox();
		this.client.publish("GET:.orders.secret", inbox, bytes("secret"));
		received.poll(30, TimeUnit.SECONDS);
		this.client.publish("natsproxy.cancel", bytes(inbox));
		assertThat(stats(service, endpoint, 5).getNumErrors()).isEqualTo(3);

		// Too long for a message, and not streamed.
		this.client.publish("GET:.orders.secret", this.client.createInbox(), bytes("secret"));
		received.poll(30, TimeUnit.SECONDS).reply(head(200), new byte[2_000_000]);
		stats = stats(service, endpoint, 6);
		assertThat(stats.getNumErrors()).isEqualTo(4);
		assertThat(stats.getLastError()).isEqualTo("502:Bad Gateway");
	}

	@Test
	void requestsThatAreRefusedAreCountedToo() throws Exception {
		BlockingQueue<IncomingExchange> received = new LinkedBlockingQueue<>();
		Service service = serve(connection(broker.url()), new ServiceDiscovery(description("orders")),
				new NatsListenerOptions("orders", 1, 32768, true), received::add, "/orders/{id}");
		awaitDiscovered(service, "$SRV");
		this.client.publish("GET:.orders.1", this.client.createInbox(), null);
		IncomingExchange first = received.poll(30, TimeUnit.SECONDS);
		assertThat(get("GET:.orders.2").getHeaders().getFirst("Natsproxy-Status")).isEqualTo("503");
		assertThat(get("GET:.orders.%zz").getHeaders().getFirst("Natsproxy-Status")).isEqualTo("400");
		first.reply(head(200), bytes(""));
		EndpointStats stats = stats(service, "GET_orders_id", 3);
		assertThat(stats.getNumErrors()).isEqualTo(1);
		assertThat(stats.getLastError()).isEqualTo("503:Service Unavailable");
	}

	@Test
	void requestCountsForTheRouteThatHandlesIt() throws Exception {
		Service service = serve("orders", (exchange) -> {
			if (exchange.head().path().matches("/orders/[0-9]+")) {
				exchange.route("/orders/{id:[0-9]+}");
			}
			exchange.reply(head(200), bytes(""));
		}, "/orders/{id:[0-9]+}", "/orders/{name}", "/orders/new", "/**");
		for (String subject : List.of("GET:.orders.7", "GET:.orders.8", "GET:.orders.new", "GET:.else", "GET:")) {
			get(subject);
		}
		assertThat(stats(service, "GET_orders_id_0-9", 2).getSubject()).isEqualTo("GET:.orders.*");
		stats(service, "GET_orders_new", 1);
		stats(service, "GET", 2);
		stats(service, "GET_orders_name", 0);
	}

	@Test
	void pagesAreAskedForByAHeader() throws Exception {
		String[] paths = new String[6000];
		for (int i = 0; i < paths.length; i++) {
			paths[i] = "/things/" + i + "/" + "x".repeat(60) + "/{id}";
		}
		NatsExchanges exchanges = connection(broker.url());
		ServiceEndpoints.Builder builder = new ServiceEndpoints.Builder(exchanges.routeSubjects(), "orders", null);
		for (String path : paths) {
			builder.add(Set.of("GET"), path, EndpointTraits.UNKNOWN);
		}
		DiscoverableService discoverable = new DiscoverableService(exchanges,
				new ServiceDiscovery(description("orders")), builder.build());
		discoverable.listening();
		this.closeables.add(0, discoverable::stopping);
		awaitDiscovered(new Service("orders", discoverable, null), "$SRV");
		Message page = get("$SRV.INFO.orders." + discoverable.id());
		String text = new String(page.getData(), StandardCharsets.UTF_8);
		assertThat(page.getData().length).isLessThanOrEqualTo((int) this.client.getMaxPayload());
		String next = text.replaceAll("(?s).*\"natsproxy.next\":\"([0-9]+)\".*", "$1");
		assertThat(next).matches("[0-9]+");
		int endpoints = text.split("\"queue_group\"", -1).length - 1;
		assertThat(endpoints).isEqualTo(Integer.parseInt(next));
		String rest = new String(this.client
			.request("$SRV.INFO.orders." + discoverable.id(), new Headers().add("Natsproxy-Offset", next), null,
					PATIENCE)
			.getData(), StandardCharsets.UTF_8);
		assertThat(rest).doesNotContain("natsproxy.next").contains("\"natsproxy.endpoints\":\"6000\"");
		assertThat(endpoints + rest.split("\"queue_group\"", -1).length - 1).isEqualTo(6000);
	}

	@Test
	void garbageIsAnsweredLikeNothingAndNobodyIsPublishedTo() throws Exception {
		Service service = serve("orders", (exchange) -> exchange.reply(head(200), bytes("")), "/orders/{id}");
		AtomicInteger published = new AtomicInteger();
		this.client.createDispatcher((message) -> published.incrementAndGet()).subscribe("GET:.orders.1");
		this.client.createDispatcher((message) -> published.incrementAndGet()).subscribe("evil.>");
		for (String reply : List.of("evil.a", "GET:.orders.1", "$SRV.PING", "$SRV.INFO.orders", "_INBOX",
				"_INBOXES.a")) {
			this.client.publish("$SRV.PING", reply, null);
			this.client.publish("$SRV.STATS.orders." + service.discoverable().id(), reply, bytes("x"));
		}
		this.client.publish("$SRV.PING", bytes("nobody waits"));
		for (String offset : List.of("-1", "99999999999999", "1.5", "", "abc", "\u0661")) {
			Message message = this.client.request("$SRV.INFO.orders." + service.discoverable().id(),
					new Headers().add("Natsproxy-Offset", offset.chars().allMatch((c) -> c < 127) ? offset : "x"),
					new byte[] { 0, 1, (byte) 0xff, '{' }, PATIENCE);
			assertThat(new String(message.getData(), StandardCharsets.UTF_8)).contains("GET_orders_id");
		}
		assertThat(published).hasValue(0);
		assertThat(stats(service, "GET_orders_id", 0).getNumErrors()).isZero();
	}

	@Test
	void serviceGoesOnThroughAFlood() throws Exception {
		Service service = serve("orders", (exchange) -> exchange.reply(head(200), bytes("fine")), "/orders/{id}");
		AtomicInteger answers = new AtomicInteger();
		String inbox = this.client.createInbox();
		this.client.createDispatcher((message) -> answers.incrementAndGet()).subscribe(inbox);
		for (int i = 0; i < 20_000; i++) {
			this.client.publish((i % 2 == 0) ? "$SRV.PING" : "$SRV.INFO", inbox, null);
		}
		assertThat(new String(get("GET:.orders.7").getData(), StandardCharsets.UTF_8)).isEqualTo("fine");
		await().atMost(PATIENCE).until(() -> answers.get() >= DiscoveryRequests.MAX_WAITING);
		assertThat(stats(service, "GET_orders_id", 1).getNumErrors()).isZero();
	}

	@Test
	void subscriptionsStandAgainAfterAReconnect() throws Exception {
		Service service = serve("orders", (exchange) -> exchange.reply(head(200), bytes("")), "/orders/{id}");
		get("GET:.orders.7");
		stats(service, "GET_orders_id", 1);
		broker.restart();
		await().atMost(PATIENCE).until(() -> this.client.getStatus() == Connection.Status.CONNECTED);
		await().atMost(PATIENCE).ignoreExceptions().until(() -> {
			PingResponse ping = new Discovery(this.client, 500, 1).ping("orders", service.discoverable().id());
			return ping != null;
		});
		assertThat(stats(service, "GET_orders_id", 1)).isNotNull();
	}

	@Test
	void serviceThatStopsIsNotFoundWhileItAnswersWhatHasCome() throws Exception {
		BlockingQueue<IncomingExchange> received = new LinkedBlockingQueue<>();
		Service service = serve("orders", received::add, "/orders/{id}");
		CompletableFuture<Message> reply = this.client.request("GET:.orders.7", null);
		IncomingExchange exchange = received.poll(30, TimeUnit.SECONDS);
		CompletableFuture<Boolean> drained = CompletableFuture.supplyAsync(() -> {
			try {
				return service.listener().drain(PATIENCE);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
		await().atMost(PATIENCE).until(() -> {
			Message message = this.client.request("$SRV.PING.orders", null, Duration.ofSeconds(1));
			return message == null || message.isStatusMessage();
		});
		assertThat(drained).isNotDone();
		exchange.reply(head(200), bytes("fine"));
		assertThat(new String(reply.get(30, TimeUnit.SECONDS).getData(), StandardCharsets.UTF_8)).isEqualTo("fine");
		assertThat(drained.get(30, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void serviceThatMayNotBeAskedWorksOnWithOneWarning() throws Exception {
		front.permitSubscribe((subject) -> !subject.startsWith("$SRV"));
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		log.start();
		Logger logger = (Logger) LoggerFactory.getLogger("io.natsproxy");
		logger.addAppender(log);
		try {
			NatsExchanges exchanges = connection(front.url());
			int before = front.denied().size();
			String first = "$SRV.STATS.orders";
			Service service = serveUnasked(exchanges);
			assertThat(new String(get("GET:.orders.7").getData(), StandardCharsets.UTF_8)).isEqualTo("fine");
			assertThat(front.denied().subList(before, front.denied().size())).containsExactly(first);
			// The next instance is told of no more.
			service.discoverable().stopping();
			serveUnasked(exchanges);
			assertThat(front.denied().subList(before, front.denied().size())).containsExactly(first, first);
			assertThat(exchanges.transport().refusedSubscriptions()).isEmpty();
			assertThat(List.copyOf(log.list)).filteredOn((event) -> event.getLevel() == Level.WARN)
				.singleElement()
				.satisfies((event) -> assertThat(event.getFormattedMessage()).contains(first));
			assertThat(service.listener().inFlight()).isZero();
		}
		finally {
			logger.detachAppender(log);
		}
	}

	/**
	 * Starts a service of which nothing may be asked.
	 */
	private Service serveUnasked(NatsExchanges exchanges) throws Exception {
		Service service = serve(exchanges, new ServiceDiscovery(description("orders")),
				new NatsListenerOptions("orders"), (exchange) -> exchange.reply(head(200), bytes("fine")),
				"/orders/{id}");
		await().atMost(PATIENCE).until(service.discoverable()::isJudged);
		assertThat(exchanges.transport().flush(PATIENCE)).isTrue();
		return service;
	}

	/**
	 * A service with a listener.
	 */
	private record Service(String name, DiscoverableService discoverable, @Nullable NatsListener listener) {

	}

}
