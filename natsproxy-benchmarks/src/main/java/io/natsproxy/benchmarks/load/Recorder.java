package io.natsproxy.benchmarks.load;

import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Counts operations and their latencies. For use on the event loop alone.
 */
final class Recorder {

	private static final long LONGEST = TimeUnit.MINUTES.toMicros(1);

	private static final int DIGITS = 3;

	private final Histogram latencies = new Histogram(LONGEST, DIGITS);

	private long operations;

	private long errors;

	private @Nullable String firstError;

	private long begin = System.nanoTime();

	/**
	 * Forgets everything but errors, so that none from before the measurement is lost.
	 */
	void begin() {
		this.latencies.reset();
		this.operations = 0;
		this.begin = System.nanoTime();
	}

	/**
	 * Counts operations that succeeded.
	 * @param count how many
	 */
	void succeeded(long count) {
		this.operations += count;
	}

	/**
	 * Notes a latency.
	 * @param nanos when it began, by {@link System#nanoTime()}
	 */
	void latencySince(long nanos) {
		long micros = (System.nanoTime() - nanos) / 1000;
		this.latencies.recordValue(Math.min(micros, LONGEST));
	}

	/**
	 * Counts an operation that failed.
	 * @param reason what was wrong with it
	 */
	void failed(String reason) {
		this.errors++;
		if (this.firstError == null) {
			this.firstError = reason;
		}
	}

	/**
	 * Says what was counted since {@link #begin()}.
	 * @return the numbers up to now
	 */
	Tally tally() {
		double seconds = (System.nanoTime() - this.begin) / 1e9;
		return new Tally(this.operations, seconds, percentile(50), percentile(99), this.errors, this.firstError);
	}

	private double percentile(double percentile) {
		boolean none = this.latencies.getTotalCount() == 0;
		return none ? Double.NaN : this.latencies.getValueAtPercentile(percentile) / 1000.0;
	}

}
