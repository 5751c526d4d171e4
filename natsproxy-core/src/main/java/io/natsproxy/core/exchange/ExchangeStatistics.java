package io.natsproxy.core.exchange;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of the exchanges of one side: of all callers on a connection, or of all
 * listeners. Counting allocates nothing and waits for nobody. Safe for use by many
 * threads.
 */
public final class ExchangeStatistics {

	private final LongAdder begun = new LongAdder();

	private final LongAdder ended = new LongAdder();

	private final LongAdder endNanos = new LongAdder();

	private final LongAdder heads = new LongAdder();

	private final LongAdder headNanos = new LongAdder();

	private final LongAdder requestBytes = new LongAdder();

	private final LongAdder responseBytes = new LongAdder();

	private final EnumCounts<End> ends = new EnumCounts<>(End.class);

	private final EnumCounts<ExchangeFailure> failures = new EnumCounts<>(ExchangeFailure.class);

	/**
	 * Counts an exchange that begins.
	 */
	public void begin() {
		this.begun.increment();
	}

	/**
	 * Counts the head of a response.
	 * @param nanos the time since the exchange has begun, in nanoseconds
	 */
	public void head(long nanos) {
		this.heads.increment();
		this.headNanos.add(nanos);
	}

	/**
	 * Counts an exchange that has ended, in whatever way.
	 * @param nanos the time since it has begun, in nanoseconds
	 */
	public void ended(long nanos) {
		this.ended.increment();
		this.endNanos.add(nanos);
	}

	/**
	 * Counts the way in which an exchange has ended.
	 * @param end the way
	 */
	public void count(End end) {
		this.ends.count(end);
	}

	/**
	 * Counts the failure of an exchange, or of one that could not begin.
	 * @param failure the failure
	 */
	public void count(Throwable failure) {
		if (failure instanceof NatsExchangeException ex) {
			this.failures.count(ex.failure());
		}
		else {
			this.ends.count(End.BROKEN);
		}
	}

	/**
	 * Counts bytes of the body of a request.
	 * @param bytes number of bytes
	 */
	public void requestBytes(int bytes) {
		if (bytes > 0) {
			this.requestBytes.add(bytes);
		}
	}

	/**
	 * Counts bytes of the body of a response.
	 * @param bytes number of bytes
	 */
	public void responseBytes(int bytes) {
		if (bytes > 0) {
			this.responseBytes.add(bytes);
		}
	}

	/**
	 * Returns the number of exchanges that have begun and not ended.
	 * @return the number
	 */
	public long active() {
		// In this order: never too few.
		long ended = this.ended.sum();
		return Math.max(0, this.begun.sum() - ended);
	}

	/**
	 * Returns the number of exchanges that have begun.
	 * @return the number
	 */
	public long begun() {
		return this.begun.sum();
	}

	/**
	 * Returns the number of exchanges that have ended in some way.
	 * @param end the way
	 * @return the number
	 */
	public long ends(End end) {
		return this.ends.get(end);
	}

	/**
	 * Returns the number of exchanges that have failed in some way.
	 * @param failure the failure
	 * @return the number
	 */
	public long failures(ExchangeFailure failure) {
		return this.failures.get(failure);
	}

	/**
	 * Returns the number of exchanges that have begun and ended.
	 * @return the number
	 */
	public long ended() {
		return this.ended.sum();
	}

	/**
	 * Returns the time that they took.
	 * @return nanoseconds, of all together
	 */
	public long endNanos() {
		return this.endNanos.sum();
	}

	/**
	 * Returns the number of responses whose head has come, or gone.
	 * @return the number
	 */
	public long heads() {
		return this.heads.sum();
	}

	/**
	 * Returns the time that it took until then.
	 * @return nanoseconds, of all together
	 */
	public long headNanos() {
		return this.headNanos.sum();
	}

	/**
	 * Returns the bytes of the bodies of requests.
	 * @return bytes
	 */
	public long requestBytes() {
		return this.requestBytes.sum();
	}

	/**
	 * Returns the bytes of the bodies of responses.
	 * @return bytes
	 */
	public long responseBytes() {
		return this.responseBytes.sum();
	}

	/**
	 * The ways in which an exchange ends, but for the failures of a caller.
	 */
	public enum End {

		/**
		 * The response has come, or gone, as a whole, whatever its status.
		 */
		ANSWERED,

		/**
		 * The caller wanted no response, or no more of it.
		 */
		CANCELLED,

		/**
		 * The time for which the caller waits was over before the service had a response.
		 */
		EXPIRED,

		/**
		 * The service could not complete the response, or the caller the request.
		 */
		BROKEN,

		/**
		 * The listener has answered by itself: the request was malformed, or too much.
		 */
		REFUSED

	}

}
