package io.natsproxy.webflux.server;

/**
 * Decides which requests are handled on the thread that receives them. A hand-over to
 * another thread costs more than a small handler, but while it handles, the thread
 * receives nothing. So it may spend half of its time on handlers, and what goes beyond
 * that is handed over; one that has taken long is made up for many times over. For one
 * thread.
 */
class ReceivingTime {

	/**
	 * What may be spent at once after a pause, in nanoseconds.
	 */
	private static final long MOST_SAVED = 2_000_000;

	/**
	 * What a handler takes that is no small one, in nanoseconds.
	 */
	private static final long LONG = 1_000_000;

	private static final long LONG_COUNTS = 20;

	private static final long MOST_OWED = 10_000_000_000L;

	private long saved = MOST_SAVED;

	private long last;

	/**
	 * Creates an account.
	 * @param now the time, by {@link System#nanoTime()}
	 */
	ReceivingTime(long now) {
		this.last = now;
	}

	/**
	 * Whether a request may be handled here.
	 * @param now the time, by {@link System#nanoTime()}
	 */
	boolean isLeft(long now) {
		this.saved = Math.min(MOST_SAVED, this.saved + (now - this.last) / 2);
		this.last = now;
		return this.saved > 0;
	}

	/**
	 * A request has been handled here.
	 * @param time how long that took, in nanoseconds
	 */
	void spent(long time) {
		long counted = (time < LONG) ? time : time * LONG_COUNTS;
		this.saved = Math.max(-MOST_OWED, this.saved - counted);
	}

}
