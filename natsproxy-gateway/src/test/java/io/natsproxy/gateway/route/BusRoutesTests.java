package io.natsproxy.gateway.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.natsproxy.core.discovery.DiscoveredEndpoint;
import io.natsproxy.core.discovery.DiscoveredService;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class BusRoutesTests {

	private static DiscoveredService service(String name, String id, String... methodsAndPaths) {
		List<DiscoveredEndpoint> endpoints = new ArrayList<>();
		for (int i = 0; i < methodsAndPaths.length; i += 2) {
			endpoints.add(new DiscoveredEndpoint("subject." + i,
					Map.of("method", methodsAndPaths[i], "path", methodsAndPaths[i + 1], "produces", "text/plain")));
		}
		endpoints.add(new DiscoveredEndpoint("no.route", Map.of()));
		return new DiscoveredService(name, id, "1.0.0", Map.of(), endpoints);
	}

	@Test
	void routesAreInTheOrderOfTheirPathsWithAllWhoAnswerThem() {
		BusRoutes routes = BusRoutes.of(List.of(service("b", "1", "GET", "/b", "GET", "/a"),
				service("b", "2", "GET", "/b"), service("a", "1", "GET", "/b", "POST", "/a")), 10);
		assertThat(routes.routes())
			.extracting((route) -> route.method() + route.path() + route.services() + route.instances())
			.containsExactly("GET/a[b]1", "POST/a[a]1", "GET/b[a, b]3");
		assertThat(routes.routes().get(0).metadata()).isEqualTo(Map.of("produces", "text/plain"));
		assertThat(routes.omitted()).isZero();
	}

	@Test
	void theyAreBoundedAndTheirTextsFitToBeShown() {
		List<DiscoveredService> services = List
			.of(service("a", "1", "GET", "/1", "GET", "/2\u202e\n" + "x".repeat(1000), "GET", "/3", "GET", "/4"));
		BusRoutes routes = BusRoutes.of(services, 2);
		assertThat(routes.routes()).hasSize(2);
		assertThat(routes.omitted()).isEqualTo(2);
		assertThat(routes.routes().get(1).path()).hasSize(256).startsWith("/2??xxx").endsWith("...");
		assertThat(routes.renewed(services, 2)).isSameAs(routes);
		assertThat(routes.renewed(List.of(), 2).routes()).isEmpty();
	}

}
