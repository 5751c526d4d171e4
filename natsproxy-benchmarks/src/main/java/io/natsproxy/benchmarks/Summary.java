package io.natsproxy.benchmarks;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

import org.jspecify.annotations.Nullable;

/**
 * All rounds of a workload on a chain: medians, other than for errors, which are added
 * up.
 *
 * @param chain the name of the chain
 * @param rate operations per second
 * @param p50 the median latency in milliseconds; NaN if there is none
 * @param p99 the 99th percentile of the latency in milliseconds; NaN if there is none
 * @param cpu microseconds of processor time per operation
 * @param jvm the memory that an operation takes in each JVM
 * @param errors how many operations failed
 * @param note why the chain was skipped, or what was wrong with the first operation that
 * failed; {@code null} for neither
 */
record Summary(String chain, double rate, double p50, double p99, Map<Role, Double> cpu, Map<Role, JvmUsage> jvm,
		long errors, @Nullable String note) {

	/**
	 * Summarizes rounds.
	 * @param chain the name of the chain
	 * @param rounds one or more rounds
	 * @return the summary
	 */
	static Summary of(String chain, List<Measurement> rounds) {
		Map<Role, Double> cpu = new EnumMap<>(Role.class);
		for (Role role : Role.values()) {
			double micros = median(rounds, (round) -> round.cpu().getOrDefault(role, Double.NaN));
			if (!Double.isNaN(micros)) {
				cpu.put(role, micros);
			}
		}
		return new Summary(chain, median(rounds, (round) -> round.tally().rate()),
				median(rounds, (round) -> round.tally().p50()), median(rounds, (round) -> round.tally().p99()), cpu,
				jvm(rounds), rounds.stream().mapToLong((round) -> round.tally().errors()).sum(),
				rounds.stream()
					.map((round) -> round.tally().firstError())
					.filter(Objects::nonNull)
					.findFirst()
					.orElse(null));
	}

	private static Map<Role, JvmUsage> jvm(List<Measurement> rounds) {
		Map<Role, JvmUsage> jvm = new EnumMap<>(Role.class);
		for (Role role : Role.values()) {
			List<JvmUsage> usages = rounds.stream()
				.map((round) -> round.jvm().get(role))
				.filter(Objects::nonNull)
				.toList();
			if (!usages.isEmpty()) {
				jvm.put(role, new JvmUsage(median(usages, JvmUsage::bytesPerOperation),
						median(usages, JvmUsage::collectionsPerSecond)));
			}
		}
		return jvm;
	}

	/**
	 * Says that a chain does not do a workload.
	 * @param chain the name of the chain
	 * @param reason why
	 * @return a summary without numbers
	 */
	static Summary skipped(String chain, String reason) {
		return new Summary(chain, Double.NaN, Double.NaN, Double.NaN, Map.of(), Map.of(), 0, reason);
	}

	boolean isSkipped() {
		return Double.isNaN(this.rate);
	}

	private static <T> double median(List<T> rounds, ToDoubleFunction<T> value) {
		return median(rounds.stream().mapToDouble(value).toArray());
	}

	/**
	 * Returns the middle of values, or the mean of the two in the middle.
	 * @param values the values, of which NaN do not count
	 * @return the median; NaN if there are no values
	 */
	static double median(double... values) {
		double[] sorted = Arrays.stream(values).filter((value) -> !Double.isNaN(value)).sorted().toArray();
		int middle = sorted.length / 2;
		if (sorted.length == 0) {
			return Double.NaN;
		}
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

}
