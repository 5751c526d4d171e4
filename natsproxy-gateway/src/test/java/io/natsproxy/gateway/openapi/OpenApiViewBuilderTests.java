package io.natsproxy.gateway.openapi;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.natsproxy.core.discovery.DiscoveredEndpoint;
import io.natsproxy.core.discovery.DiscoveredService;
import io.natsproxy.core.subject.RouteSubjects;
import io.natsproxy.core.subject.SubjectCodec;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

class OpenApiViewBuilderTests {

	private static final RouteSubjects SUBJECTS = new RouteSubjects(new SubjectCodec("shop"));

	private static List<DiscoveredEndpoint> endpoints(String name, int count) {
		return IntStream.range(0, count)
			.mapToObj((i) -> new DiscoveredEndpoint("shop.GET:." + name + "." + i,
					Map.of("method", "GET", "path", "/" + name + "/" + i)))
			.toList();
	}

	private static ServiceContent service(String name, int count) {
		return new ServiceContent(name, "1.0.0",
				DescribedService
					.of(name, List.of(new DiscoveredService(name, "ID", "1.0.0", Map.of(), endpoints(name, count))),
							null)
					.read(SUBJECTS),
				null);
	}

	private static JsonNode leftOut(OpenApiView view) {
		return JsonMapper.shared().readTree(view.all().content()).path("x-natsproxy-left-out");
	}

	@Test
	void serviceBeyondAllOperationsIsSaidAndHasItsOwnDocument() {
		OpenApiViewBuilder builder = new OpenApiViewBuilder(1000);
		for (int i = 0; i < 6; i++) {
			assertThat(builder.add(service("s" + i, 2000), () -> null, null)).isNotNull();
		}
		OpenApiView view = builder.build("bus");
		assertThat(builder.leftOut()).containsExactly("s5");
		assertThat(leftOut(view).toString()).isEqualTo("[\"s5\"]");
		assertThat(view.service("s5")).isNotNull();
	}

	@Test
	void serviceBeyondAllServicesIsSaid() {
		OpenApiViewBuilder builder = new OpenApiViewBuilder(1000);
		for (int i = 0; i < OpenApiViewBuilder.MAX_SERVICES; i++) {
			builder.add(service("s" + i, 1), () -> null, null);
		}
		assertThat(builder.leftOut()).isEmpty();
		for (int i = 0; i < 200; i++) {
			assertThat(builder.add(service("t" + i, 1), () -> null, null)).isNull();
		}
		assertThat(builder.leftOut()).hasSize(200);
		assertThat(leftOut(builder.build("bus"))).hasSize(100);
	}

	@Test
	void whatHasBeenMadeIsNotMadeAgain() {
		AtomicInteger parsed = new AtomicInteger();
		ServiceContent plain = service("a", 1);
		ObjectNode document = (ObjectNode) JsonMapper.shared()
			.readTree("{\"openapi\":\"3.1.0\",\"paths\":{\"/a/0\":{\"get\":{\"summary\":\"Own\"}}}}");
		OpenApiViewBuilder.Single made = new OpenApiViewBuilder(100_000).add(plain, () -> document, null);
		OpenApiViewBuilder builder = new OpenApiViewBuilder(100_000);
		assertThat(builder.add(plain, () -> document, made)).isSameAs(made);
		OpenApiView view = builder.build("bus");
		assertThat(view.service("a")).isSameAs(made.document());
		assertThat(Views.text(view.all(), "/")).contains("Own");
		OpenApiViewBuilder.Single asPlain = new OpenApiViewBuilder(100_000).add(plain, () -> null, null);
		assertThat(new OpenApiViewBuilder(100_000).add(plain, () -> {
			parsed.incrementAndGet();
			return document;
		}, asPlain)).isSameAs(asPlain);
		assertThat(parsed).hasValue(0);
	}

	@Test
	void instancesOfTheSameAreTheSame() {
		List<DiscoveredEndpoint> endpoints = endpoints("a", 3);
		DiscoveredService one = new DiscoveredService("a", "1", "1.0.0", Map.of(), endpoints);
		DiscoveredService two = new DiscoveredService("a", "2", "1.0.0", Map.of("x", "y"),
				List.copyOf(new LinkedHashSet<>(endpoints)));
		DescribedService described = DescribedService.of("a", List.of(one), "h");
		assertThat(DescribedService.of("a", List.of(two, one), "h")).isEqualTo(described);
		assertThat(
				Set.of(DescribedService.of("a", List.of(one), "i"),
						DescribedService.of("a",
								List.of(new DiscoveredService("a", "3", "1.0.0", Map.of(), endpoints("a", 4))), "h")))
			.doesNotContain(described);
	}

}
