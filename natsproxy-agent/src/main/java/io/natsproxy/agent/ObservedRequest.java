package io.natsproxy.agent;

import io.natsproxy.core.wire.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a request while it is observed.
 */
final class ObservedRequest {

	private final String upstream;

	private final RequestHead head;

	private volatile int status;

	private volatile @Nullable Throwable failure;

	private volatile boolean cancelled;

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

	void status(int status) {
		this.status = status;
	}

	/**
	 * Returns what has gone wrong between the agent and the upstream, if anything has.
	 */
	@Nullable Throwable failure() {
		return this.failure;
	}

	void failure(Throwable failure) {
		this.failure = failure;
	}

	/**
	 * Returns whether the caller has not waited for the end.
	 */
	boolean isCancelled() {
		return this.cancelled;
	}

	void cancelled() {
		this.cancelled = true;
	}

}
