package io.natsproxy.core.stream;

/**
 * Finds out whether a larger window makes a stream faster, by trying. A receiver that
 * looks at the time from its credit to the first byte that needed it cannot tell a sender
 * that has waited for credit from one that is slow by itself, so the rate decides: a
 * window that is twice as large is kept if it has raised the rate by an eighth, and then
 * doubled again. Guarded by its owner.
 */
final class WindowTrial {

	/**
	 * Number of windows by which a rate is measured: the first of them may still come as
	 * slowly as before.
	 */
	private static final int WINDOWS = 4;

	/**
	 * Number of measurements without a trial after one in vain.
	 */
	private static final int REST = 16;

	/**
	 * The time within which a stream must move so much, in nanoseconds: a slower one
	 * needs no large window.
	 */
	private static final long LONGEST = 5_000_000_000L;

	private boolean begun;

	private long bytes;

	private long since;

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
		long time = Math.max(1, now - this.since);
		if (this.bytes < (long) WINDOWS * window) {
			if (time < LONGEST) {
				return Verdict.STAY;
			}
			begin(now);
			this.onTrial = false;
			return Verdict.SHRINK;
		}
		double rate = (double) this.bytes / time;
		begin(now);
		if (this.onTrial && rate < this.rateBefore * 9 / 8) {
			this.onTrial = false;
			this.rest = REST;
			return Verdict.SHRINK;
		}
		this.onTrial = false;
		if (this.rest > 0) {
			this.rest--;
			return Verdict.STAY;
		}
		this.rateBefore = rate;
		return ready ? Verdict.GROW : Verdict.STAY;
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
