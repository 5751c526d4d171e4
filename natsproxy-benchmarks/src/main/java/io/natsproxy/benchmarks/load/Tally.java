package io.natsproxy.benchmarks.load;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The counts of the clients in one run.
 *
 * @param operations how many operations succeeded
 * @param seconds how long that took
 * @param p50 the median latency in milliseconds; NaN if there is none
 * @param p99 the 99th percentile of the latency in milliseconds; NaN if there is none
 * @param errors how many operations failed
 * @param firstError what was wrong with the first of them
 */
public record Tally(long operations, double seconds, double p50, double p99, long errors, @Nullable String firstError) {

	/**
	 * Returns what a run counted that ended with its first operation.
	 * @param length how long it was to take
	 * @param error what was wrong
	 * @return one error
	 */
	public static Tally failed(Duration length, @Nullable String error) {
		return new Tally(0, length.toMillis() / 1000.0, Double.NaN, Double.NaN, 1, error);
	}

	/**
	 * Returns the throughput.
	 * @return operations per second
	 */
	public double rate() {
		return this.operations / this.seconds;
	}

}
