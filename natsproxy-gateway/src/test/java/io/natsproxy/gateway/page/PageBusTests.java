package io.natsproxy.gateway.page;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PageBus}.
 */
class PageBusTests {

	private final PageBus bus = new PageBus();

	private static Map<String, Object> content(int routes, String path) {
		List<Map<String, Object>> described = IntStream.range(0, routes)
			.mapToObj((number) -> Map.<String, Object>of("method", "GET", "path", path + number, "services",
					List.of("orders"), "metadata", Map.of("long", "x".repeat(1000))))
			.toList();
		return Map.of("routes", described, "omittedEndpoints", 2, "services",
				List.of(Map.of("name", "orders", "metadata", Map.of("a", "b"))), "serviceCount", 1, "memory", Map.of());
	}

	@Test
	void changesAreThoseOfTheBus() {
		assertThat(this.bus.update(content(2, "/a"))).isTrue();
		assertThat(this.bus.update(content(2, "/a"))).isFalse();
		assertThat(this.bus.update(content(2, "/b"))).isTrue();
		assertThat(PageBus.others(content(2, "/b"))).containsOnlyKeys("memory");
	}

	@Test
	void metadataIsNotShown() {
		this.bus.update(content(2, "/a"));
		assertThat(this.bus.shown()).containsOnlyKeys("routes", "omittedEndpoints", "services", "serviceCount")
			.containsEntry("omittedEndpoints", 2)
			.containsEntry("services", List.of(Map.of("name", "orders")));
		assertThat(this.bus.shown().toString()).contains("/a0", "/a1").doesNotContain("metadata");
	}

	@Test
	void lengthIsBoundedAndWhatIsLeftOutIsCounted() {
		this.bus.update(content(1000, "/" + "a".repeat(1000)));
		Map<String, Object> shown = this.bus.shown();
		int routes = ((List<?>) shown.get("routes")).size();
		assertThat(shown.toString().length()).isLessThan(PageBus.MAX_LENGTH + 1000);
		assertThat(routes).isBetween(100, 999);
		assertThat(shown).containsEntry("omittedEndpoints", 1002L - routes);
		assertThat(this.bus.routes()).hasSize(1000);
	}

}
