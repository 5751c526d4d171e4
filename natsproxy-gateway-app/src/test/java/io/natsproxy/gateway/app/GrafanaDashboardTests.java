package io.natsproxy.gateway.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The dashboard asks for metrics of the documentation only, and for all of natsproxy's.
 */
class GrafanaDashboardTests {

	private static final Path DASHBOARD = Path.of("..", "docs", "grafana", "natsproxy.json");

	/**
	 * What stands in an expression beside names: label matchers, ranges, labels to group
	 * by, and numbers.
	 */
	private static final Pattern NO_NAMES = Pattern.compile("\\{[^}]*}|\\[[^]]*]|\\b(by|without) ?\\([^)]*\\)");

	private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

	private static final Set<String> FUNCTIONS = Set.of("sum", "rate", "increase", "topk", "label_values");

	private static Set<String> names(String expression) {
		Set<String> names = new TreeSet<>();
		NAME.matcher(NO_NAMES.matcher(expression).replaceAll(" "))
			.results()
			.map((match) -> match.group())
			.filter((name) -> !FUNCTIONS.contains(name))
			.forEach(names::add);
		return names;
	}

	private static Set<String> usedNames() throws IOException {
		JsonNode dashboard = JsonMapper.shared().readTree(Files.readString(DASHBOARD));
		Set<String> used = new TreeSet<>();
		for (JsonNode panel : dashboard.get("panels")) {
			for (JsonNode target : panel.path("targets")) {
				Set<String> names = names(target.get("expr").stringValue());
				assertThat(names).as(target.get("expr").stringValue()).isNotEmpty();
				used.addAll(names);
			}
		}
		return used;
	}

	@Test
	void allNamesAreThoseOfTheDocumentation() throws IOException {
		assertThat(usedNames()).isNotEmpty().isSubsetOf(DocumentedMetrics.read().series());
	}

	@Test
	void instancesAreThoseOfADocumentedMetric() throws IOException {
		JsonNode variables = JsonMapper.shared().readTree(Files.readString(DASHBOARD)).at("/templating/list");
		assertThat(variables).hasSize(2);
		assertThat(variables.get(1).get("definition").stringValue())
			.isEqualTo("label_values(natsproxy_exchanges_active, instance)");
		assertThat(DocumentedMetrics.read().series()).contains("natsproxy_exchanges_active");
	}

	@Test
	void allMetersOfNatsproxyAreShown() throws IOException {
		Set<String> used = usedNames();
		assertThat(DocumentedMetrics.read().all()).filteredOn((metric) -> metric.prometheus().startsWith("natsproxy_"))
			.allSatisfy((metric) -> assertThat(used).containsAnyElementsOf(metric.series()));
	}

	@Test
	void namesAreFoundInExpressions() {
		assertThat(names("topk(10, sum by (uri) (rate(a_b{x=\"y\", c!=\"d\"}[$__rate_interval]))) / sum(c_total) > 0"))
			.containsExactly("a_b", "c_total");
	}

}
