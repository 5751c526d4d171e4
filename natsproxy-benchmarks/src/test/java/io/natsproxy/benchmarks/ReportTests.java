package io.natsproxy.benchmarks;

import java.util.List;
import java.util.Map;

import io.natsproxy.benchmarks.load.LoadGenerator;
import io.natsproxy.benchmarks.load.Tally;
import io.natsproxy.benchmarks.load.Target;
import io.natsproxy.benchmarks.load.Workload;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReportTests {

	private final Report report = new Report(List.of(Role.BROKER, Role.SERVICE, Role.GATEWAY));

	@Test
	void ratiosAreThoseToTheBaseline() {
		this.report.add(new Get(), List.of(
				new Summary("natsproxy", 12_345, 2, 4.5, Map.of(Role.GATEWAY, 30.0, Role.BROKER, 9.0), 0, null),
				new Summary("spring-cloud-gateway", 5000, 4, 9, Map.of(Role.GATEWAY, 120.0), 1, "answered 503")));
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
		this.report.add(new Get(), List.of(new Summary("natsproxy", 1000, Double.NaN, Double.NaN, Map.of(), 0, null),
				Summary.skipped("spring-cloud-gateway", "answered 404")));
		assertThat(this.report.text(List.of())).contains("1,000 requests |")
			.doesNotContain("×")
			.contains("- spring-cloud-gateway, GET, is skipped: answered 404");
	}

	private static final class Get implements Workload {

		@Override
		public String name() {
			return "get";
		}

		@Override
		public String title() {
			return "GET";
		}

		@Override
		public String unit() {
			return "requests";
		}

		@Override
		public Tally run(LoadGenerator generator, Target target, Run run) {
			throw new UnsupportedOperationException();
		}

	}

}
