package io.natsproxy.benchmarks;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReportTests {

	private final Report report = new Report(List.of(Role.BROKER, Role.SERVICE, Role.GATEWAY));

	@Test
	void ratiosAreThoseToTheBaseline() {
		add(List.of(
				new Summary("natsproxy", 12_345, 2, 4.5, Map.of(Role.GATEWAY, 30.0, Role.BROKER, 9.0), Map.of(), 0,
						null),
				new Summary("spring-cloud-gateway", 5000, 4, 9, Map.of(Role.GATEWAY, 120.0), Map.of(), 1,
						"answered 503")));
		assertThat(this.report.text(List.of()).lines().map((line) -> line.replaceAll(" +", " ")).toList()).contains(
				"| GET | natsproxy | 12,345 requests (2.47×) | 2.00 (0.50×) | 4.50 (0.50×) | 30.0 (0.25×) | – | 9.0 | – | 0 |",
				"| | spring-cloud-gateway | 5,000 requests | 4.00 | 9.00 | 120.0 | – | – | – | 1 |",
				"- spring-cloud-gateway, GET: answered 503");
	}

	@Test
	void rolesThatNoChainHasAreLeftOut() {
		assertThat(this.report.text(List.of())).contains("| service µs", "| broker µs").doesNotContain("agent");
		assertThat(new Report(List.of(Role.AGENT)).text(List.of())).contains("| agent µs", "| clients µs")
			.doesNotContain("broker");
	}

	@Test
	void withoutTheBaselineThereAreNoRatios() {
		add(List.of(new Summary("natsproxy", 1000, Double.NaN, Double.NaN, Map.of(), Map.of(), 0, null),
				Summary.skipped("spring-cloud-gateway", "answered 404")));
		assertThat(this.report.text(List.of())).contains("1,000 requests |")
			.doesNotContain("×")
			.contains("- spring-cloud-gateway, GET, is skipped: answered 404");
	}

	@Test
	void whatJvmsAllocateIsATableOfItsOwn() {
		add(List
			.of(new Summary("natsproxy", 10, 1, 1, Map.of(), Map.of(Role.GATEWAY, new JvmUsage(5000, 1.25)), 0, null),
					new Summary("spring-cloud-gateway", 10, 1, 1, Map.of(),
							Map.of(Role.GATEWAY, new JvmUsage(20_000, 4), Role.SERVICE, new JvmUsage(100, 0)), 0,
							null)));
		assertThat(this.report.text(List.of()).lines().map((line) -> line.replaceAll(" +", " ")).toList()).contains(
				"| workload | chain | gateway bytes allocated | gateway collections/s | service bytes allocated | service collections/s |",
				"| GET | natsproxy | 5,000 (0.25×) | 1.3 | – | – |",
				"| | spring-cloud-gateway | 20,000 | 4.0 | 100 | 0.0 |");
	}

	@Test
	void withoutJvmsThereIsNoTableOfThem() {
		add(List.of(new Summary("natsproxy", 10, 1, 1, Map.of(), Map.of(), 0, null)));
		assertThat(this.report.text(List.of())).doesNotContain("allocated");
	}

	private void add(List<Summary> summaries) {
		this.report.add(new Result(new NamedWorkload("GET", false), summaries));
	}

}
