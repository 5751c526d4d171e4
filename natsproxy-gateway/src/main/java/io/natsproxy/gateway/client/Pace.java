package io.natsproxy.gateway.client;

/**
 * Tells whether something moves too slowly: in windows of some length, in each of which
 * so many bytes must have moved. What has moved before does not make up for a standstill.
 */
final class Pace {

	private static final double NANOS_PER_SECOND = 1e9;

	private final long window;

	private final long required;

	private long waited;

	private long base;

	/**
	 * Creates a pace.
	 * @param rate bytes per second, 0 for none
	 * @param window length of the windows, in nanoseconds
	 */
	Pace(long rate, long window) {
		this.window = window;
		this.required = (rate > 0) ? (long) Math.max(1, rate * (window / NANOS_PER_SECOND)) : 0;
	}

	/**
	 * Begins a window, since nothing is due at present.
	 * @param moved how many bytes have moved in all
	 */
	void restart(long moved) {
		this.waited = 0;
		this.base = moved;
	}

	/**
	 * Counts time in which the other end was to move something.
	 * @param elapsed the time, in nanoseconds
	 * @param moved how many bytes have moved in all
	 * @return whether a window has passed in which too few have
	 */
	boolean isTooSlow(long elapsed, long moved) {
		this.waited += elapsed;
		if (this.waited < this.window) {
			return false;
		}
		boolean tooSlow = moved - this.base < this.required;
		restart(moved);
		return tooSlow;
	}

}
