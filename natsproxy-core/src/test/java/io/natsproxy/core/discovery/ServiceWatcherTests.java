package io.natsproxy.core.discovery;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.MessageHandler;
import io.nats.client.Nats;
import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.test.PermissionFront;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ServiceWatcherTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	/**
	 * Shorter than the time between two polls.
	 */
	private static final Duration SOON = Duration.ofSeconds(15);

	/**
	 * A second for watchers that are not to wait for long.
	 */
	private static final Duration QUICK = Duration.ofMillis(100);

	private static TestBroker broker;

	private final List<AutoCloseable> closeables = new ArrayList<>();

	private volatile KnownServices known = KnownServices.NONE;

	private NatsExchanges serviceSide;

	private Connection raw;

	@BeforeAll
	static void startBroker() {
		broker = TestBroker.start();
	}

	@AfterAll
	static void stopBroker() {
		broker.close();
	}

	@BeforeEach
	void connect() throws Exception {
		this.serviceSide = connection(broker.url());
		this.raw = Nats.connect(broker.url());
		this.closeables.add(0, this.raw);
	}

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable closeable : this.closeables) {
			closeable.close();
		}
	}

	private NatsExchanges connection(String url) {
		NatsConnector connector = new NatsConnector("test", "");
		NatsExchanges exchanges = new NatsExchanges(connector.connectNow(connector.options()
			.server(url)
			.reconnectWait(Duration.ofMillis(50))
			.reconnectJitter(Duration.ofMillis(10))
			.build()), "shop");
		this.closeables.add(exchanges);
		this.closeables.add(connector);
		return exchanges;
	}

	/**
	 * Watches, and returns when the server has the subscriptions: what is told before is
	 * lost, and those of these tests do not answer polls.
	 */
	private ServiceWatcher watch(String url) throws Exception {
		return watch(url, Duration.ofSeconds(1));
	}

	private ServiceWatcher watch(String url, Duration second) throws Exception {
		NatsExchanges exchanges = connection(url);
		ServiceWatcher watcher = new ServiceWatcher(exchanges, ServiceDiscovery.DEFAULT_PREFIX,
				(found) -> this.known = found, second);
		this.closeables.add(0, watcher);
		watcher.start();
		assertThat(exchanges.transport().flush(PATIENCE)).isTrue();
		return watcher;
	}

	private List<DiscoveredService> services() {
		return this.known.services();
	}

	private DiscoverableService serve(String name, int paths) {
		ServiceEndpoints.Builder endpoints = new ServiceEndpoints.Builder(this.serviceSide.routeSubjects(), name, null);
		for (int i = 0; i < paths; i++) {
			endpoints.add(Set.of("GET"), "/" + name + "/" + i + "/{id}", EndpointTraits.UNKNOWN);
		}
		DiscoverableService service = new DiscoverableService(this.serviceSide,
				new ServiceDiscovery(new ServiceDescription(name, "1.0.0")), endpoints.build());
		this.closeables.add(0, service::stopping);
		service.listening();
		return service;
	}

	private void awaitServices(Duration patience, DiscoverableService... expected) {
		await().atMost(patience)
			.untilAsserted(() -> assertThat(services()).extracting(DiscoveredService::id)
				.containsExactlyInAnyOrderElementsOf(Arrays.stream(expected).map(DiscoverableService::id).toList()));
	}

	@Test
	void servicesThatWereThereBeforeAndThoseThatComeAndGoAreKnown() throws Exception {
		DiscoverableService before = serve("before", 2);
		await().atMost(PATIENCE)
			.until(() -> this.raw.request("$SRV.STATS.before." + before.id(), null, Duration.ofSeconds(1)) != null);
		watch(broker.url());
		awaitServices(SOON, before);
		DiscoveredService service = services().get(0);
		assertThat(service.name()).isEqualTo("before");
		assertThat(service.version()).isEqualTo("1.0.0");
		assertThat(service.endpoints()).extracting(DiscoveredEndpoint::path)
			.containsExactly("/before/0/{id}", "/before/1/{id}");
		assertThat(service.endpoints().get(0).subject()).isEqualTo("shop.GET:.before.0.*");
		assertThat(service.endpoints().get(0).method()).isEqualTo("GET");
		DiscoverableService later = serve("later", 1);
		awaitServices(SOON, before, later);
		before.stopping();
		awaitServices(SOON, later);
	}

	@Test
	void allPagesAreRead() throws Exception {
		watch(broker.url());
		DiscoverableService large = serve("large", 9000);
		awaitServices(SOON, large);
		assertThat(services().get(0).endpoints()).hasSize(9000)
			.extracting(DiscoveredEndpoint::path)
			.doesNotHaveDuplicates();
	}

	@Test
	void servicesAreKnownAgainAfterALossOfTheConnection() throws Exception {
		watch(broker.url());
		DiscoverableService service = serve("service", 1);
		awaitServices(SOON, service);
		broker.stop();
		// It tells nobody.
		service.stopping();
		DiscoverableService other = serve("other", 1);
		broker.restart();
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(services()).extracting(DiscoveredService::id).contains(other.id()));
	}

	@Test
	void whatOthersTellIsBounded() throws Exception {
		AtomicInteger asked = new AtomicInteger();
		Dispatcher dispatcher = this.raw.createDispatcher();
		// A page that never ends, one that is nested without end, and one that is huge.
		dispatcher.subscribe("$SRV.INFO.endless.*", (message) -> {
			asked.incrementAndGet();
			publish(message.getReplyTo(), info("endless", id(message.getSubject()), "0", 1));
		});
		dispatcher.subscribe("$SRV.INFO.nested.*",
				(message) -> publish(message.getReplyTo(), "{\"type\":" + "[".repeat(500_000)));
		AtomicInteger next = new AtomicInteger();
		dispatcher.subscribe("$SRV.INFO.huge.*", (message) -> publish(message.getReplyTo(),
				info("huge", id(message.getSubject()), Integer.toString(next.addAndGet(1000)), 1000)));
		this.raw.flush(PATIENCE);
		watch(broker.url());
		for (String beacon : List.of("", "null", "[]", "{}", "\u0000", "{\"type\":\"io.nats.micro.v1.ping_response\"}",
				up("a.b", "1"), up("a", ">"), up("*", "1"), up("a b", "1"), up("endless", "1"), up("nested", "1"),
				up("huge", "1"), up("x".repeat(2000), "1"))) {
			publish("shop.natsproxy.service.up", beacon);
		}
		for (int i = 0; i < 3000; i++) {
			publish("shop.natsproxy.service.up", up("flood", "id" + i));
		}
		DiscoverableService honest = serve("honest", 1);
		await().atMost(PATIENCE)
			.untilAsserted(
					() -> assertThat(services()).extracting(DiscoveredService::name).contains("endless", "huge"));
		// It is asked no more once the next page is not behind the last.
		assertThat(asked).hasValue(1);
		assertThat(services()).filteredOn((service) -> service.name().equals("huge"))
			.allMatch((service) -> service.endpoints().isEmpty());
		assertThat(services()).extracting(DiscoveredService::name).doesNotContain("nested", "flood", "a", "*");
		// Those of the flood answer nothing, and take no place for long.
		await().atMost(PATIENCE).until(() -> {
			publish("shop.natsproxy.service.up", up("honest", honest.id()));
			return services().stream().anyMatch((service) -> service.id().equals(honest.id()));
		});
	}

	private static String id(String subject) {
		return subject.substring(subject.lastIndexOf('.') + 1);
	}

	private void publish(String subject, String payload) {
		this.raw.publish(subject, payload.getBytes(StandardCharsets.UTF_8));
	}

	private static String up(String name, String id) {
		return "{\"type\":\"io.nats.micro.v1.ping_response\",\"name\":\"" + name + "\",\"id\":\"" + id + "\"}";
	}

	private static String info(String name, String id, String next, int endpoints) {
		String endpoint = "{\"subject\":\"a\",\"metadata\":{\"method\":\"GET\",\"path\":\"/" + "x".repeat(800)
				+ "\",\"y\":\"" + "y".repeat(2000) + "\"}}";
		return "{\"type\":\"io.nats.micro.v1.info_response\",\"name\":\"" + name + "\",\"id\":\"" + id
				+ "\",\"metadata\":{\"natsproxy.next\":\"" + next + "\"},\"endpoints\":["
				+ String.join(",", Collections.nCopies(Math.min(endpoints, 300), endpoint)) + "]}";
	}

	/**
	 * Answers with a page that has an endpoint for each path.
	 */
	private void page(Message request, int next, List<String> paths) {
		String[] tokens = request.getSubject().split("\\.");
		List<String> endpoints = paths.stream()
			.map((path) -> "{\"subject\":\"a\",\"metadata\":{\"method\":\"GET\",\"path\":\"" + path + "\"}}")
			.toList();
		publish(request.getReplyTo(),
				"{\"type\":\"io.nats.micro.v1.info_response\",\"name\":\"" + tokens[2] + "\",\"id\":\"" + tokens[3]
						+ "\",\"metadata\":{" + ((next > 0) ? "\"natsproxy.next\":\"" + next + "\"" : "")
						+ "},\"endpoints\":[" + String.join(",", endpoints) + "]}");
	}

	private static int offset(Message request) {
		String offset = (request.getHeaders() != null) ? request.getHeaders().getFirst("Natsproxy-Offset") : null;
		return (offset != null) ? Integer.parseInt(offset) : 0;
	}

	private void announce(String name, int instances) {
		for (int i = 0; i < instances; i++) {
			publish("shop.natsproxy.service.up", up(name, "id" + i));
		}
	}

	private void onInfo(String name, MessageHandler handler) throws Exception {
		this.raw.createDispatcher().subscribe("$SRV.INFO." + name + ".*", handler);
		this.raw.flush(PATIENCE);
	}

	@Test
	void pagesOfThoseThatHaveNotToldAllAreBoundedTogether() throws Exception {
		List<String> paths = Collections.nCopies(600, "/" + "x".repeat(1000));
		// Each keeps just below what one may tell, and its last page to itself.
		onInfo("slow", (message) -> {
			if (offset(message) < 5) {
				page(message, offset(message) + 1, paths);
			}
		});
		ServiceWatcher watcher = watch(broker.url());
		announce("slow", 10);
		await().atMost(PATIENCE).until(() -> {
			assertThat(watcher.total()).isLessThanOrEqualTo(ServiceWatcher.MAX_TOTAL);
			return services().stream().anyMatch((service) -> service.endpoints().isEmpty());
		});
		assertThat(services()).allMatch((service) -> service.endpoints().isEmpty());
		// What they have told is given back once they have been silent for long.
		await().atMost(PATIENCE).until(watcher::asked, (asked) -> asked == 0);
		assertThat(watcher.total()).isLessThan(10_000);
	}

	@Test
	void pagesWithoutEndAreReadNoMoreAfterAWhile() throws Exception {
		AtomicInteger asked = new AtomicInteger();
		onInfo("endless", (message) -> {
			asked.incrementAndGet();
			page(message, offset(message) + 1, List.of());
		});
		watch(broker.url());
		announce("endless", 1);
		await().atMost(PATIENCE).until(() -> !services().isEmpty());
		assertThat(asked.get()).isLessThanOrEqualTo(ServiceReadings.MAX_PAGES);
	}

	@Test
	void notAllAreAskedAtOnce() throws Exception {
		BlockingQueue<Message> requests = new LinkedBlockingQueue<>();
		AtomicBoolean answer = new AtomicBoolean();
		onInfo("many", (message) -> {
			requests.add(message);
			if (answer.get()) {
				page(message, 0, List.of("/a"));
			}
		});
		ServiceWatcher watcher = watch(broker.url());
		announce("many", 600);
		await().atMost(PATIENCE).until(() -> requests.size() >= ServiceReadings.MAX_ASKED);
		assertThat(watcher.asked()).isEqualTo(ServiceReadings.MAX_ASKED);
		answer.set(true);
		requests.forEach((message) -> page(message, 0, List.of("/a")));
		await().atMost(PATIENCE).until(() -> {
			announce("many", 600);
			return services().size() == 600;
		});
		assertThat(watcher.asked()).isZero();
	}

	@Test
	void pageThatComesTwiceIsTakenOnce() throws Exception {
		onInfo("twice", (message) -> {
			if (offset(message) == 0) {
				page(message, 1, List.of("/a"));
				page(message, 1, List.of("/a"));
			}
			else {
				page(message, 0, List.of("/b"));
			}
		});
		watch(broker.url());
		announce("twice", 1);
		await().atMost(PATIENCE).until(() -> !services().isEmpty());
		assertThat(services().get(0).endpoints()).extracting(DiscoveredEndpoint::path).containsExactly("/a", "/b");
	}

	@Test
	void connectionThatIsLostAgainAndAgainIsNobodysSilence() throws Exception {
		try (PermissionFront front = new PermissionFront(broker)) {
			AtomicInteger pings = new AtomicInteger();
			this.raw.createDispatcher().subscribe("$SRV.PING", (message) -> pings.incrementAndGet());
			onInfo("silent", (message) -> page(message, 0, List.of("/a")));
			watch(front.url());
			await().atMost(PATIENCE).until(() -> pings.get() == 1);
			announce("silent", 1);
			await().atMost(PATIENCE).until(() -> !services().isEmpty());
			for (int polls = 2; polls <= 5; polls++) {
				int expected = polls;
				front.disconnect();
				await().atMost(PATIENCE).until(() -> pings.get() >= expected);
			}
			onInfo("other", (message) -> page(message, 0, List.of("/b")));
			await().atMost(PATIENCE).until(() -> {
				announce("other", 1);
				return services().stream().anyMatch((service) -> service.name().equals("other"));
			});
			assertThat(services()).extracting(DiscoveredService::name).contains("silent");
		}
	}

	@Test
	void nothingIsAskedAgainThatIsNotPermitted() throws Exception {
		try (PermissionFront front = new PermissionFront(broker)) {
			onInfo("first", (message) -> page(message, 0, List.of("/a")));
			ServiceWatcher watcher = watch(front.url());
			await().atMost(PATIENCE).until(() -> {
				announce("first", 1);
				return !services().isEmpty();
			});
			front.permitPublish((subject) -> !subject.startsWith("$SRV"));
			front.disconnect();
			await().atMost(PATIENCE).until(watcher::isDenied);
			// Read one after the other.
			await().atMost(PATIENCE).until(() -> {
				announce("other", 3);
				publish("shop.natsproxy.service.down", up("first", "id0"));
				return services().isEmpty();
			});
			assertThat(front.denied()).containsExactly("$SRV.PING");
			assertThat(watcher.asked()).isZero();
		}
	}

	@Test
	void allIsKnownOnceEverybodyHasHadTimeToAnswer() throws Exception {
		BlockingQueue<Message> requests = new LinkedBlockingQueue<>();
		onInfo("late", requests::add);
		watch(broker.url(), QUICK);
		await().atMost(PATIENCE).until(() -> this.known.complete());
		announce("late", 1);
		await().atMost(PATIENCE).until(() -> !this.known.complete());
		await().atMost(PATIENCE).until(() -> {
			// It is given up by one who has waited for its answer for too long.
			announce("late", 1);
			requests.forEach((message) -> page(message, 0, List.of("/a")));
			return this.known.complete() && services().size() == 1;
		});
	}

	@Test
	void instanceThatIsSaidToGoAndDoesNotStaysKnown() throws Exception {
		BlockingQueue<Message> asked = new LinkedBlockingQueue<>();
		AtomicBoolean there = new AtomicBoolean(true);
		onInfo("staying", (message) -> {
			if (there.get()) {
				page(message, 0, List.of("/a"));
			}
			asked.add(message);
		});
		watch(broker.url());
		announce("staying", 1);
		await().atMost(PATIENCE).until(() -> !services().isEmpty());
		assertThat(asked).hasSize(1);
		publish("shop.natsproxy.service.down", up("staying", "id0"));
		await().atMost(PATIENCE).until(() -> asked.size() == 2);
		there.set(false);
		// The last word of one that is not there any more.
		onInfo("next", (message) -> page(message, 0, List.of("/b")));
		announce("next", 1);
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(services()).extracting(DiscoveredService::name)
				.containsExactlyInAnyOrder("staying", "next"));
		publish("shop.natsproxy.service.down", up("staying", "id0"));
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(services()).extracting(DiscoveredService::name).containsExactly("next"));
	}

	@Test
	void somebodyWhoSubscribesToEverythingIsNoticed() throws Exception {
		watch(broker.url(), QUICK);
		await().atMost(PATIENCE).until(() -> this.known.complete());
		assertThat(this.known.wideInterest()).isFalse();
		Dispatcher everything = this.raw.createDispatcher((message) -> {
		});
		everything.subscribe(">");
		await().atMost(PATIENCE).until(() -> this.known.wideInterest());
		this.raw.closeDispatcher(everything);
		await().atMost(PATIENCE).until(() -> !this.known.wideInterest());
	}

	@Test
	void textsOfOthersAreKeptWithinBounds() {
		DiscoveryReader.Part part = DiscoveryReader.read(("{\"type\":\"io.nats.micro.v1.info_response\",\"name\":\"a\","
				+ "\"id\":\"1\",\"version\":7,\"metadata\":{\"long\":\"" + "x".repeat(5000)
				+ "\",\"number\":1,\"ok\":\"yes\"},\"endpoints\":[{\"subject\":\"s\"},{\"name\":\"no subject\"},7,"
				+ "{\"subject\":\"" + "s".repeat(5000) + "\"}]}")
			.getBytes(StandardCharsets.UTF_8));
		assertThat(part).isNotNull();
		assertThat(part.service().version()).isEmpty();
		assertThat(part.service().metadata()).isEqualTo(Map.of("ok", "yes"));
		assertThat(part.service().endpoints()).extracting(DiscoveredEndpoint::subject).containsExactly("s");
		assertThat(part.next()).isEqualTo(-1);
	}

}
