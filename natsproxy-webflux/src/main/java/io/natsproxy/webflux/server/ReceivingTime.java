package io.natsproxy.webflux.server;

/**
 * Decides which requests are handled on the thread that receives them. A hand-over to
 * another thread costs more than a small handler, but while it handles, the thread
 * receives nothing. So it may spend half of its time on handlers, and what goes beyond
 * that is handed over; one that has taken long is made up for, many times over when there
 * are more of them. What moves a stream or a WebSocket on comes again and again, and so
 * would its hand-over: while that is brief, it may take four fifths of the time. For one
 * thread.
 */
class ReceivingTime {

	/**
	 * The largest time that may be spent at once after a pause, in nanoseconds.
	 */
	private static final long MOST_SAVED = 2_000_000;

	/**
	 * The time from which on a handler counts as long, in nanoseconds.
	 */
	static final long LONG = 1_000_000;

	/**
	 * The time up to which moving on a stream or a WebSocket counts less, in nanoseconds.
	 */
	private static final long BRIEF = 200_000;

	/**
	 * The largest weight of a long handler: the first counts once, each that follows
	 * twice as much as the one before.
	 */
	private static final int MOST_COUNTS = 64;

	/**
	 * The number of short handlers after which the next long one counts as the first.
	 * Rare long ones were most likely interrupted by other work of the machine.
	 */
	private static final int FORGIVEN_AFTER = 50;

	private static final long MOST_OWED = 10_000_000_000L;

	private long saved = MOST_SAVED;

	private long last;

	private int longCounts = 1;

	private int shortOnes;

	/**
	 * Creates an account.
	 * @param now the time, by {@link System#nanoTime()}
	 */
	ReceivingTime(long now) {
		this.last = now;
	}

	/**
	 * Tells whether a request may be handled here.
	 * @param now the time, by {@link System#nanoTime()}
	 */
	boolean isLeft(long now) {
		this.saved = Math.min(MOST_SAVED, this.saved + (now - this.last) / 2);
		this.last = now;
		return this.saved > 0;
	}

	/**
	 * Returns when there is going to be time left.
	 * @return the time, by {@link System#nanoTime()}; in the past if there is some
	 */
	long leftAt() {
		return this.last + 2 * Math.max(0, 1 - this.saved);
	}

	/**
	 * A stream or a WebSocket has been moved on here.
	 * @param time how long that took, in nanoseconds
	 */
	void moved(long time) {
		spent((time <= BRIEF) ? time * 5 / 8 : time);
	}

	/**
	 * A request has been handled here.
	 * @param time how long that took, in nanoseconds
	 */
	void spent(long time) {
		long counted = time;
		if (time >= LONG) {
			counted = time * this.longCounts;
			this.longCounts = Math.min(2 * this.longCounts, MOST_COUNTS);
			this.shortOnes = 0;
		}
		else if (++this.shortOnes == FORGIVEN_AFTER) {
			this.longCounts = 1;
		}
		this.saved = Math.max(-MOST_OWED, this.saved - counted);
	}

}
