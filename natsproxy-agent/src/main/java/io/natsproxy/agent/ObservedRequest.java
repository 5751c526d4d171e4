package io.natsproxy.agent;

import io.natsproxy.core.exchange.listener.ExchangeOutcome;
import io.natsproxy.core.wire.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a request while it is observed.
 */
final class ObservedRequest {

	private final String upstream;

	private final RequestHead head;

	private volatile @Nullable ExchangeOutcome outcome;

	private volatile int status;

	private volatile @Nullable Throwable failure;

	private volatile int failureStatus;

	ObservedRequest(String upstream, RequestHead head) {
		this.upstream = upstream;
		this.head = head;
	}

	String upstream() {
		return this.upstream;
	}

	RequestHead head() {
		return this.head;
	}

	/**
	 * Returns the HTTP status that the caller gets.
	 * @return the status, 0 as long as there is none
	 */
	int status() {
		return this.status;
	}

	/**
	 * The exchange with the caller has ended.
	 */
	void ended(ExchangeOutcome outcome, int status) {
		this.status = status;
		this.outcome = outcome;
	}

	/**
	 * Returns whether {@link #ended} has been called.
	 */
	boolean hasEnded() {
		return this.outcome != null;
	}

	/**
	 * Returns what has gone wrong, unless the caller has got another response in spite of
	 * it.
	 */
	@Nullable Throwable failure() {
		boolean otherResponse = this.failureStatus > 0 && this.outcome == ExchangeOutcome.ANSWERED
				&& this.status != this.failureStatus;
		return otherResponse ? null : this.failure;
	}

	/**
	 * Sets what has gone wrong; the first counts.
	 * @param status the status without which it does not count once there is a response;
	 * 0 for any
	 */
	void failure(Throwable failure, int status) {
		if (this.failure == null) {
			this.failureStatus = status;
			this.failure = failure;
		}
	}

	/**
	 * Returns whether the caller has not waited for the end.
	 */
	boolean isCancelled() {
		return this.outcome == ExchangeOutcome.CANCELLED || this.outcome == ExchangeOutcome.EXPIRED;
	}

	/**
	 * Returns whether the exchange has ended without the whole of a response.
	 */
	boolean isBroken() {
		return this.outcome == ExchangeOutcome.BROKEN;
	}

}
