package io.natsproxy.benchmarks;

import java.util.List;
import java.util.Map;

import io.natsproxy.benchmarks.load.Tally;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SummaryTests {

	@Test
	void theMedianOfAnOddNumberIsTheMiddle() {
		assertThat(Summary.median(9, 1, 5)).isEqualTo(5);
	}

	@Test
	void theMedianOfAnEvenNumberIsTheMeanOfTheMiddle() {
		assertThat(Summary.median(4, 1, 100, 2)).isEqualTo(3);
	}

	@Test
	void whatWasNotMeasuredDoesNotCount() {
		assertThat(Summary.median(Double.NaN, 7, Double.NaN)).isEqualTo(7);
		assertThat(Summary.median(Double.NaN)).isNaN();
		assertThat(Summary.median()).isNaN();
	}

	@Test
	void roundsBecomeMediansAndErrorsAreAddedUp() {
		Summary summary = Summary.of("natsproxy", List.of(round(1000, 1, 10, 0, null),
				round(3000, 2, 40, 2, "answered 503"), round(2000, 9, 30, 1, "answered 504")));
		assertThat(summary.rate()).isEqualTo(1000);
		assertThat(summary.p50()).isEqualTo(2);
		assertThat(summary.p99()).isEqualTo(20);
		assertThat(summary.cpu()).containsExactly(Map.entry(Role.GATEWAY, 30.0));
		assertThat(summary.jvm()).containsExactly(Map.entry(Role.SERVICE, new JvmUsage(3000, 30)));
		assertThat(summary.errors()).isEqualTo(3);
		assertThat(summary.note()).isEqualTo("answered 503");
		assertThat(summary.isSkipped()).isFalse();
	}

	@Test
	void aSkippedChainSaysWhy() {
		Summary summary = Summary.skipped("natsproxy", "answered 404");
		assertThat(summary.isSkipped()).isTrue();
		assertThat(summary.note()).isEqualTo("answered 404");
	}

	private static Measurement round(long operations, double p50, double cpu, long errors, String firstError) {
		return new Measurement(new Tally(operations, 2, p50, p50 * 10, errors, firstError), Map.of(Role.GATEWAY, cpu),
				Map.of(Role.SERVICE, new JvmUsage(cpu * 100, cpu)));
	}

}
