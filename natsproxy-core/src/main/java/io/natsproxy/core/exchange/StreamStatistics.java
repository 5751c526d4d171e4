package io.natsproxy.core.exchange;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts of the exchanges of one side of which a body is a stream. Counting allocates
 * nothing and waits for nobody. Safe for use by many threads.
 */
public final class StreamStatistics {

	private final AtomicLong open = new AtomicLong();

	private final EnumCounts<End> ends = new EnumCounts<>(End.class);

	private final AtomicLong stalled = new AtomicLong();

	private final AtomicLong stalls = new AtomicLong();

	private final AtomicLong stalledNanos = new AtomicLong();

	/**
	 * Counts a stream that begins.
	 */
	public void begun() {
		this.open.incrementAndGet();
	}

	/**
	 * Counts a stream that ends.
	 * @param end the way in which it has ended
	 */
	public void ended(End end) {
		this.open.decrementAndGet();
		this.ends.count(end);
	}

	/**
	 * Counts a stream that has to wait for credit before more of it can be sent.
	 */
	public void stalled() {
		this.stalled.incrementAndGet();
	}

	/**
	 * Counts a stream that has to wait no longer.
	 * @param nanos the time for which it had to, in nanoseconds
	 */
	public void resumed(long nanos) {
		this.stalled.decrementAndGet();
		this.stalls.incrementAndGet();
		this.stalledNanos.addAndGet(nanos);
	}

	/**
	 * Returns the number of streams that are open.
	 * @return the number
	 */
	public long open() {
		return Math.max(0, this.open.get());
	}

	/**
	 * Returns the number of streams that have ended in some way.
	 * @param end the way
	 * @return the number
	 */
	public long ends(End end) {
		return this.ends.get(end);
	}

	/**
	 * Returns the number of streams that wait for credit now.
	 * @return the number
	 */
	public long waiting() {
		return Math.max(0, this.stalled.get());
	}

	/**
	 * Returns how often a stream had to wait for credit, and no longer does.
	 * @return the number, the wait for the first credit among them
	 */
	public long stalls() {
		return this.stalls.get();
	}

	/**
	 * Returns the time for which streams had to wait then.
	 * @return nanoseconds, of all together
	 */
	public long stalledNanos() {
		return this.stalledNanos.get();
	}

	/**
	 * The ways in which a stream ends.
	 */
	public enum End {

		/**
		 * All of it has come, or gone.
		 */
		COMPLETE,

		/**
		 * The caller wanted no more of it.
		 */
		CANCELLED,

		/**
		 * It has moved no data for too long.
		 */
		IDLE,

		/**
		 * It was not whole, its peer has gone, or has given up.
		 */
		BROKEN;

		/**
		 * Returns the way in which a failure ends a stream.
		 * @param failure the failure
		 * @return the way
		 */
		public static End of(Throwable failure) {
			return (failure instanceof NatsExchangeException ex && ex.failure() == ExchangeFailure.STREAM_IDLE) ? IDLE
					: BROKEN;
		}

	}

}
