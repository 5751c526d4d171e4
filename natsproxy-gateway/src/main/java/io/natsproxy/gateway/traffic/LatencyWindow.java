package io.natsproxy.gateway.traffic;

import java.util.Arrays;

/**
 * The latencies of the last minute, in steps of ten seconds, and the rate of the last ten
 * seconds. Its size does not depend on how many there are: each power of two is divided
 * into eight ranges, so that a percentile is at most an eighth too large. Guarded by its
 * owner.
 */
final class LatencyWindow {

	private static final int STEPS = 6;

	private static final int STEP_SECONDS = 10;

	/**
	 * Ranges of a power of two, as a power of two.
	 */
	private static final int PRECISION = 3;

	/**
	 * The powers of two, in microseconds: up to 38 hours.
	 */
	private static final int POWERS = 37;

	private final int[][] counts = new int[STEPS][newSums().length];

	/**
	 * The number of the step for which counts stand in its place.
	 */
	private final long[] steps = new long[STEPS];

	private final int[] bySecond = new int[STEP_SECONDS + 1];

	private final long[] seconds = new long[STEP_SECONDS + 1];

	LatencyWindow() {
		Arrays.fill(this.steps, -1);
		Arrays.fill(this.seconds, -1);
	}

	/**
	 * Records a latency.
	 * @param nanos the latency
	 * @param second the number of the second in which it is recorded, never less than
	 * before
	 */
	void record(long nanos, long second) {
		long step = second / STEP_SECONDS;
		int index = (int) (step % STEPS);
		if (this.steps[index] != step) {
			this.steps[index] = step;
			Arrays.fill(this.counts[index], 0);
		}
		this.counts[index][range(nanos / 1000)]++;
		int place = (int) (second % this.seconds.length);
		if (this.seconds[place] != second) {
			this.seconds[place] = second;
			this.bySecond[place] = 0;
		}
		this.bySecond[place]++;
	}

	private static int range(long micros) {
		long value = Math.max(0, Math.min(micros, (1L << POWERS) - 1));
		if (value < 1 << PRECISION) {
			return (int) value;
		}
		int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(value);
		int shift = power - PRECISION;
		return ((shift + 1) << PRECISION) + (int) ((value >>> shift) - (1 << PRECISION));
	}

	/**
	 * Returns the largest latency of a range, in microseconds.
	 */
	private static long upperBound(int range) {
		if (range < 1 << PRECISION) {
			return range;
		}
		int shift = (range >> PRECISION) - 1;
		long first = (1 << PRECISION) + (range & ((1 << PRECISION) - 1));
		return ((first + 1) << shift) - 1;
	}

	/**
	 * Adds the latencies of the last minute.
	 * @param second the number of this second
	 * @param sums the numbers of latencies by range, of {@link #newSums() the right
	 * length}
	 */
	void addTo(long[] sums, long second) {
		long oldest = second / STEP_SECONDS - STEPS + 1;
		for (int step = 0; step < STEPS; step++) {
			if (this.steps[step] >= oldest) {
				for (int range = 0; range < sums.length; range++) {
					sums[range] += this.counts[step][range];
				}
			}
		}
	}

	static long[] newSums() {
		return new long[(POWERS + 1) << PRECISION];
	}

	/**
	 * Returns a percentile.
	 * @param sums the numbers of latencies by range
	 * @param ratio from 0 to 1
	 * @return the latency in microseconds, -1 where there is none
	 */
	static long percentile(long[] sums, double ratio) {
		return percentile(sums, (long) Math.ceil(Arrays.stream(sums).sum() * ratio));
	}

	private static long percentile(long[] sums, long rank) {
		long seen = 0;
		for (int range = 0; range < sums.length; range++) {
			seen += sums[range];
			if (seen > 0 && seen >= rank) {
				return upperBound(range);
			}
		}
		return -1;
	}

	/**
	 * Returns the rate over the last ten whole seconds.
	 * @param second the number of this second, which is not whole yet
	 * @return per second
	 */
	double rate(long second) {
		long sum = 0;
		for (int place = 0; place < this.seconds.length; place++) {
			if (this.seconds[place] >= second - STEP_SECONDS && this.seconds[place] < second) {
				sum += this.bySecond[place];
			}
		}
		return sum / (double) STEP_SECONDS;
	}

}
