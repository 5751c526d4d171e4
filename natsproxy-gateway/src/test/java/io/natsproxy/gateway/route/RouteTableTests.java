package io.natsproxy.gateway.route;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.discovery.DiscoveredEndpoint;
import io.natsproxy.core.discovery.DiscoveredService;
import io.natsproxy.core.discovery.KnownServices;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.test.TestBroker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RouteTableTests {

	private static TestBroker broker;

	private static NatsConnector connector;

	private static NatsExchanges exchanges;

	private final RouteTable table = new RouteTable(exchanges, "$SRV", 10);

	@BeforeAll
	static void connect() {
		broker = TestBroker.start();
		connector = new NatsConnector("test", "");
		exchanges = new NatsExchanges(connector.connectNow(connector.options().server(broker.url()).build()), "shop");
	}

	@AfterAll
	static void disconnect() {
		exchanges.close();
		connector.close();
		broker.close();
	}

	private static DiscoveredEndpoint endpoint(String subject, String method, String path) {
		return new DiscoveredEndpoint(subject, Map.of("method", method, "path", path));
	}

	private void learn(DiscoveredEndpoint... endpoints) {
		know(service("orders", "1", endpoints));
	}

	private static DiscoveredService service(String name, String id, DiscoveredEndpoint... endpoints) {
		return new DiscoveredService(name, id, "1.0.0", Map.of(), List.of(endpoints));
	}

	private void know(DiscoveredService... services) {
		this.table.learn(new KnownServices(List.of(services), true, false));
	}

	private @Nullable String template(String method, String path) {
		KnownRoute route = this.table.find(method, path);
		return (route != null) ? route.uriTag() : null;
	}

	@Test
	void templatesAreThoseOfTheNarrowestSubject() {
		learn(endpoint("shop.GET:.orders.*", "GET", "/orders/{id}"),
				endpoint("shop.GET:.orders.new", "GET", "/orders/new"),
				endpoint("shop.GET:.files.>", "GET", "/files/**"), endpoint("shop.POST:.orders", "POST", "/orders"));
		assertThat(template("GET", "/orders/7")).isEqualTo("/orders/{id}");
		assertThat(template("HEAD", "/orders/7;a=b")).isEqualTo("/orders/{id}");
		assertThat(template("GET", "/orders/new")).isEqualTo("/orders/new");
		assertThat(template("GET", "/files")).isEqualTo("/files/**");
		assertThat(template("GET", "/files/a/b")).isEqualTo("/files/**");
		assertThat(template("POST", "/orders")).isEqualTo("/orders");
		assertThat(template("POST", "/orders/7")).isNull();
		assertThat(template("GET", "/")).isNull();
		assertThat(template("GET", "/orders/%zz")).isNull();
		assertThat(template("GET", "no path")).isNull();
	}

	@Test
	void whatASubjectDoesNotTellApartIsNotKnown() {
		learn(endpoint("shop.GET:.orders.*", "GET", "/orders/{id:[0-9]+}"),
				endpoint("shop.GET:.orders.*", "GET", "/orders/{name}"), endpoint("shop.GET:.>", "GET", "/**"));
		assertThat(template("GET", "/orders/7")).isNull();
		assertThat(template("GET", "/else")).isEqualTo("/**");
	}

	@Test
	void whatIsForgottenIsNotKnown() {
		learn(endpoint("shop.GET:.orders.*", "GET", "/orders/{id}"));
		know();
		assertThat(template("GET", "/orders/7")).isNull();
	}

	@Test
	void endpointsThatLieOrAreNoRoutesAreLeftOut() {
		learn(endpoint("GET:.a", "GET", "/a"), endpoint("other.GET:.b", "GET", "/b"),
				endpoint("shop.GET:.c", "GET", "/secret"), endpoint("shop.GET:.d", "GET", "d"),
				endpoint("shop.GET:.e\u202e", "GET", "/e\u202e"),
				endpoint("shop.GET:." + "f".repeat(300), "GET", "/" + "f".repeat(300)),
				new DiscoveredEndpoint("shop.GET:.g", Map.of()), endpoint("shop.GET:.h", "POST", "/h"),
				endpoint("shop.GET:.i", "GET", "/i"));
		for (String path : List.of("/a", "/b", "/c", "/secret", "/d", "/e%E2%80%AE", "/" + "f".repeat(300), "/g",
				"/h")) {
			assertThat(template("GET", path)).as(path).isNull();
		}
		assertThat(template("GET", "/i")).isEqualTo("/i");
	}

	@Test
	void noMoreTemplatesAreGivenOutThanMetricsTake() {
		List<DiscoveredEndpoint> endpoints = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			endpoints.add(endpoint("shop.GET:.p" + i, "GET", "/p" + i));
		}
		learn(endpoints.subList(0, 6).toArray(DiscoveredEndpoint[]::new));
		learn(endpoints.subList(6, 50).toArray(DiscoveredEndpoint[]::new));
		learn(endpoints.toArray(DiscoveredEndpoint[]::new));
		assertThat(endpoints).filteredOn((each) -> template("GET", String.valueOf(each.path())) != null).hasSize(10);
		assertThat(template("GET", "/p0")).isEqualTo("/p0");
		// They are known all the same.
		assertThat(endpoints)
			.allSatisfy((each) -> assertThat(this.table.find("GET", String.valueOf(each.path()))).isNotNull()
				.extracting(KnownRoute::path)
				.isEqualTo(each.path()));
	}

	@Test
	void methodsOfAPathAreThoseOfAllServices() {
		know(service("orders", "1", endpoint("shop.GET:.orders.*", "GET", "/orders/{id}"),
				endpoint("shop.PURGE:.orders.*", "PURGE", "/orders/{id}"),
				endpoint("shop.GET A:.orders.*", "GET A", "/orders/{id}")),
				service("admin", "2", endpoint("shop.DELETE:.orders.>", "DELETE", "/orders/**")));
		assertThat(this.table.methods("/orders/7")).containsExactly("DELETE", "GET", "HEAD", "OPTIONS", "PURGE");
		assertThat(this.table.methods("/orders")).containsExactly("DELETE", "OPTIONS");
		assertThat(this.table.methods("/nobody")).isEmpty();
		assertThat(this.table.methods("/%zz")).isEmpty();
	}

	@Test
	void serviceWithoutAnInstanceIsRememberedUntilThereIsOne() {
		DiscoveredEndpoint endpoint = endpoint("shop.GET:.orders.*", "GET", "/orders/{id}");
		know(service("orders", "1", endpoint), service("orders", "2", endpoint));
		know(service("orders", "2", endpoint));
		assertThat(this.table.findGone("/orders/7")).isNull();
		know();
		assertThat(this.table.find("GET", "/orders/7")).isNull();
		assertThat(this.table.findGone("/orders/7")).isNotNull().extracting(KnownRoute::service).isEqualTo("orders");
		assertThat(this.table.findGone("/orders")).isNull();
		know(service("orders", "3"));
		assertThat(this.table.findGone("/orders/7")).isNull();
	}

	@Test
	void endpointsOfAllInstancesAreRemembered() {
		know(service("orders", "1", endpoint("shop.GET:.old", "GET", "/old")),
				service("orders", "2", endpoint("shop.GET:.new", "GET", "/new")));
		know();
		assertThat(this.table.findGone("/old")).isNotNull();
		assertThat(this.table.findGone("/new")).isNotNull();
	}

	@Test
	void servicesWithoutRoutesAreNotRememberedAndNoMoreThanThereIsRoomFor() {
		GoneServices gone = new GoneServices();
		List<DiscoveredService> services = new ArrayList<>();
		for (int i = 0; i < 1500; i++) {
			services.add(service("empty" + i, "1"));
			services.add(service("full" + i, "1", endpoint("shop.GET:.f" + i, "GET", "/f" + i)));
		}
		gone.update(services, 0);
		gone.update(List.of(), 1);
		assertThat(gone.size()).isEqualTo(1000);
	}

	@Test
	void noMoreIsLearntThanThereIsRoomFor() {
		String deep = "/a".repeat(250);
		List<DiscoveredEndpoint> endpoints = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			String path = "/p" + i + deep;
			endpoints.add(endpoint("shop.GET:" + path.replace('/', '.'), "GET", path));
		}
		learn(endpoints.toArray(DiscoveredEndpoint[]::new));
		assertThat(this.table.isComplete()).isFalse();
		assertThat(endpoints).filteredOn((each) -> this.table.find("GET", String.valueOf(each.path())) != null)
			.hasSizeBetween(1, LearntRoutes.MAX_TOKENS / 250);
		learn(endpoint("shop.GET:.a", "GET", "/a"));
		assertThat(this.table.isComplete()).isTrue();
		learn(endpoint("shop.GET:." + "a".repeat(600), "GET", "/" + "a".repeat(600)));
		assertThat(this.table.isComplete()).isFalse();
	}

	@Test
	void methodsThatAreMadeUpHideNoOthers() {
		List<DiscoveredEndpoint> endpoints = new ArrayList<>();
		for (char c = 'A'; c <= 'Z'; c++) {
			endpoints.add(endpoint("shop.X" + c + ":.a", "X" + c, "/a"));
		}
		know(service("hostile", "1", endpoints.toArray(DiscoveredEndpoint[]::new)),
				service("orders", "1", endpoint("shop.POST:.orders", "POST", "/orders")));
		assertThat(this.table.methods("/orders")).containsExactly("OPTIONS", "POST");
		assertThat(this.table.methods("/a")).hasSize(17);
	}

	@Test
	void timeoutIsShorterOnlyWithoutABodyAndLongerOnlyAsFarAsItMay() {
		RoutePolicy policy = new RoutePolicy(this.table, RouteMode.OPEN, NoRespondersStatus.AUTO, true,
				Duration.ofSeconds(60));
		Duration ten = Duration.ofSeconds(10);
		assertThat(policy.timeout(ten, null, false)).isEqualTo(ten);
		assertThat(policy.timeout(ten, told(2), false)).isEqualTo(Duration.ofSeconds(3));
		assertThat(policy.timeout(ten, told(2), true)).isEqualTo(ten);
		assertThat(policy.timeout(ten, told(30), true)).isEqualTo(Duration.ofSeconds(31));
		assertThat(policy.timeout(ten, told(300), false)).isEqualTo(Duration.ofSeconds(60));
		assertThat(policy.timeout(Duration.ofSeconds(90), told(300), false)).isEqualTo(Duration.ofSeconds(90));
	}

	private static KnownRoute told(int seconds) {
		return new KnownRoute(null, null, Duration.ofSeconds(seconds), null, null);
	}

	@Test
	void servicesThatAreGoneAreForgottenInTheEnd() {
		GoneServices gone = new GoneServices();
		gone.update(List.of(service("orders", "1", endpoint("shop.GET:.a", "GET", "/a"))), 0);
		gone.update(List.of(), 1);
		assertThat(learnt(gone).find("shop.GET:.a")).isNotNull();
		gone.update(List.of(), TimeUnit.HOURS.toNanos(1) + 1);
		assertThat(learnt(gone).find("shop.GET:.a")).isNull();
	}

	@Test
	void noMoreServicesThatAreGoneAreRememberedThanThereIsRoomFor() {
		GoneServices gone = new GoneServices();
		gone.update(List.of(service("first", "1", endpoints("first"))), 0);
		gone.update(List.of(service("second", "1", endpoints("second"))), 1);
		gone.update(List.of(), 2);
		assertThat(learnt(gone).find("shop.GET:.first0")).isNull();
		assertThat(learnt(gone).find("shop.GET:.second0")).isNotNull();
	}

	private static DiscoveredEndpoint[] endpoints(String name) {
		return IntStream.range(0, 6000)
			.mapToObj((i) -> endpoint("shop.GET:." + name + i, "GET", "/" + name + i))
			.toArray(DiscoveredEndpoint[]::new);
	}

	private static LearntRoutes learnt(GoneServices gone) {
		LearntRoutes.Builder routes = new LearntRoutes.Builder(exchanges.routeSubjects(), new RouteTags(10));
		gone.addTo(routes);
		return routes.build();
	}

	@Test
	void timeoutIsTheLongestAndNotKnownWhereOneHasNotTold() {
		DiscoveredEndpoint fast = timed("/a", "200");
		know(service("one", "1", fast), service("two", "2", timed("/a", "3000")));
		assertThat(this.table.find("GET", "/a"))
			.isEqualTo(new KnownRoute("/a", null, Duration.ofSeconds(3), "/a", null));
		know(service("one", "1", fast), service("two", "2", endpoint("shop.GET:.a", "GET", "/a")));
		assertThat(this.table.find("GET", "/a")).isNotNull().extracting(KnownRoute::timeout).isNull();
		for (String malformed : List.of("", "0", "-1", "1e3", "99999999999")) {
			know(service("one", "1", timed("/a", malformed)));
			assertThat(this.table.find("GET", "/a")).isNotNull().extracting(KnownRoute::timeout).isNull();
		}
	}

	private static DiscoveredEndpoint timed(String path, String timeout) {
		return new DiscoveredEndpoint("shop.GET:." + path.substring(1),
				Map.of("method", "GET", "path", path, "timeout", timeout));
	}

	@Test
	void answersWithoutAKnownRouteTellOfServicesThatDoNotTell() {
		this.table.answeredUnknown("GET", "/a");
		// It may be one that has had no time to tell.
		assertThat(this.table.hasUndiscovered()).isFalse();
		know();
		this.table.answeredUnknown("GET", "/a");
		assertThat(this.table.hasUndiscovered()).isTrue();
		learn(endpoint("shop.GET:.a", "GET", "/a"));
		assertThat(this.table.hasUndiscovered()).isFalse();
		// Services answer it for each of their paths.
		this.table.answeredUnknown("OPTIONS", "/a");
		assertThat(this.table.hasUndiscovered()).isFalse();
		this.table.answeredUnknown("GET", "/b/1");
		this.table.answeredUnknown("GET", "/c");
		assertThat(this.table.hasUndiscovered()).isTrue();
		learn(endpoint("shop.GET:.a", "GET", "/a"), endpoint("shop.GET:.c", "GET", "/c"));
		assertThat(this.table.hasUndiscovered()).isTrue();
	}

	@Test
	void listenersAreToldOfAllInstancesUntilTheyAreDisposedOf() {
		List<List<DiscoveredService>> told = new ArrayList<>();
		this.table.onChange((services) -> {
			throw new IllegalStateException("expected");
		});
		Disposable listener = this.table.onChange(told::add);
		learn(endpoint("shop.GET:.a", "GET", "/a"));
		assertThat(this.table.services()).extracting(DiscoveredService::name).containsExactly("orders");
		listener.dispose();
		know();
		assertThat(this.table.services()).isEmpty();
		assertThat(told).hasSize(1).first().satisfies((services) -> assertThat(services).hasSize(1));
	}

	@Test
	void malformedPrefixIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new RouteTable(exchanges, "a.>", 10))
			.withMessageContaining("'a.>'");
	}

}
