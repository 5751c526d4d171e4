package io.natsproxy.gateway.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.discovery.DiscoveredEndpoint;
import io.natsproxy.core.discovery.DiscoveredService;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.test.TestBroker;
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
		this.table.learn(List.of(new DiscoveredService("orders", "1", "1.0.0", Map.of(), List.of(endpoints))));
	}

	@Test
	void templatesAreThoseOfTheNarrowestSubject() {
		learn(endpoint("shop.GET:.orders.*", "GET", "/orders/{id}"),
				endpoint("shop.GET:.orders.new", "GET", "/orders/new"),
				endpoint("shop.GET:.files.>", "GET", "/files/**"), endpoint("shop.POST:.orders", "POST", "/orders"));
		assertThat(this.table.template("GET", "/orders/7")).isEqualTo("/orders/{id}");
		assertThat(this.table.template("HEAD", "/orders/7;a=b")).isEqualTo("/orders/{id}");
		assertThat(this.table.template("GET", "/orders/new")).isEqualTo("/orders/new");
		assertThat(this.table.template("GET", "/files")).isEqualTo("/files/**");
		assertThat(this.table.template("GET", "/files/a/b")).isEqualTo("/files/**");
		assertThat(this.table.template("POST", "/orders")).isEqualTo("/orders");
		assertThat(this.table.template("POST", "/orders/7")).isNull();
		assertThat(this.table.template("GET", "/")).isNull();
		assertThat(this.table.template("GET", "/orders/%zz")).isNull();
		assertThat(this.table.template("GET", "no path")).isNull();
	}

	@Test
	void whatASubjectDoesNotTellApartIsNotKnown() {
		learn(endpoint("shop.GET:.orders.*", "GET", "/orders/{id:[0-9]+}"),
				endpoint("shop.GET:.orders.*", "GET", "/orders/{name}"), endpoint("shop.GET:.>", "GET", "/**"));
		assertThat(this.table.template("GET", "/orders/7")).isNull();
		assertThat(this.table.template("GET", "/else")).isEqualTo("/**");
	}

	@Test
	void whatIsForgottenIsNotKnown() {
		learn(endpoint("shop.GET:.orders.*", "GET", "/orders/{id}"));
		this.table.learn(List.of());
		assertThat(this.table.template("GET", "/orders/7")).isNull();
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
			assertThat(this.table.template("GET", path)).as(path).isNull();
		}
		assertThat(this.table.template("GET", "/i")).isEqualTo("/i");
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
		assertThat(endpoints).filteredOn((each) -> this.table.template("GET", String.valueOf(each.path())) != null)
			.hasSize(10);
		assertThat(this.table.template("GET", "/p0")).isEqualTo("/p0");
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
		this.table.learn(List.of());
		assertThat(this.table.services()).isEmpty();
		assertThat(told).hasSize(1).first().satisfies((services) -> assertThat(services).hasSize(1));
	}

	@Test
	void malformedPrefixIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new RouteTable(exchanges, "a.>", 10))
			.withMessageContaining("'a.>'");
	}

}
