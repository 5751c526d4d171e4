package io.natsproxy.core.stream;

/**
 * Finds out whether a larger window makes a stream faster, by trying. A receiver that
 * looks at the time from its credit to the first byte that needed it cannot tell a sender
 * that has waited for credit from one that is slow by itself. The time in which a window
 * moves can: where the window is the limit, it is a round trip, however large the window
 * is; where the link, the sender or the consumer is, it grows with the window. So a
 * window that moves about as fast as any has is doubled, and stays so large if that has
 * raised the rate by an eighth; one that takes long for what it is becomes smaller.
 * Guarded by its owner.
 */
final class WindowTrial {

	/**
	 * The least number of windows by which a rate is measured: the first of them may
	 * still come as slowly as before.
	 */
	private static final int WINDOWS = 4;

	/**
	 * The least time in which a rate is measured, in nanoseconds: many turns of an event
	 * loop.
	 */
	private static final long SHORTEST = 20_000_000L;

	/**
	 * The time within which a stream must move so much, in nanoseconds: a slower one
	 * needs no large window.
	 */
	private static final long LONGEST = 5_000_000_000L;

	/**
	 * Number of measurements without a trial after one in vain.
	 */
	private static final int REST = 16;

	/**
	 * How many times as long as the fastest window has taken one may take that is to be
	 * doubled.
	 */
	private static final int MOST_TO_GROW = 2;

	/**
	 * How many times as long as the fastest window has taken one may take that stays as
	 * it is.
	 */
	private static final int MOST_TO_STAY = 4;

	private boolean begun;

	private long bytes;

	private long since;

	/**
	 * The shortest time in which a window has moved, in nanoseconds.
	 */
	private double fastest = Double.MAX_VALUE;

	private double rateBefore;

	private boolean onTrial;

	private int rest;

	/**
	 * Takes note of bytes that have been consumed.
	 * @param bytes number of bytes
	 * @param window the present window, in bytes
	 * @param ready whether its consumer waits for more, and not the other way round
	 * @param now the time, on the clock of {@link System#nanoTime()}
	 * @return what is to be done
	 */
	Verdict consumed(int bytes, int window, boolean ready, long now) {
		if (!this.begun) {
			begin(now);
			return Verdict.STAY;
		}
		this.bytes += bytes;
		long time = now - this.since;
		boolean whole = this.bytes >= (long) WINDOWS * window;
		if (time < (whole ? SHORTEST : LONGEST)) {
			return Verdict.STAY;
		}
		double rate = (double) this.bytes / time;
		boolean vain = this.onTrial && rate < this.rateBefore * 9 / 8;
		begin(now);
		this.onTrial = false;
		if (vain) {
			this.rest = REST;
		}
		if (vain || !whole || !ready) {
			return Verdict.SHRINK;
		}
		return judge(window / rate, rate);
	}

	private Verdict judge(double timeOfWindow, double rate) {
		this.fastest = Math.min(this.fastest, timeOfWindow);
		if (timeOfWindow > this.fastest * MOST_TO_STAY) {
			return Verdict.SHRINK;
		}
		if (this.rest > 0) {
			this.rest--;
			return Verdict.STAY;
		}
		this.rateBefore = rate;
		return (timeOfWindow <= this.fastest * MOST_TO_GROW) ? Verdict.GROW : Verdict.STAY;
	}

	private void begin(long now) {
		this.begun = true;
		this.bytes = 0;
		this.since = now;
	}

	/**
	 * The window has been doubled, as it was to be.
	 */
	void grown() {
		this.onTrial = true;
	}

	/**
	 * What is to be done with a window.
	 */
	enum Verdict {

		/**
		 * Nothing.
		 */
		STAY,

		/**
		 * It may be doubled, on trial.
		 */
		GROW,

		/**
		 * It is to be halved, if it is larger than windows are by default.
		 */
		SHRINK

	}

}
