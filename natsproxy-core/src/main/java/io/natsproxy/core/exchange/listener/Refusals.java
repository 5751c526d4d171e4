package io.natsproxy.core.exchange.listener;

import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.Problem;

/**
 * Replies to requests that are not handed on, in one message format.
 */
final class Refusals {

	private final Replies replies;

	private final int maxInFlight;

	/**
	 * Creates the object.
	 * @param replies publishes
	 * @param maxInFlight most requests at once, to be named
	 */
	Refusals(Replies replies, int maxInFlight) {
		this.replies = replies;
		this.maxInFlight = maxInFlight;
	}

	void malformed(String replySubject, MalformedMessageException ex) {
		this.replies.problem(replySubject, Problem.HEADERS, Problem.of(ex.status(), ex.getMessage()));
	}

	void overloaded(String replySubject) {
		unavailable(replySubject, "Too many requests are in flight, the limit is " + this.maxInFlight);
	}

	void outOfMemory(String replySubject) {
		unavailable(replySubject, "The service has no memory for more bodies at the moment");
	}

	private void unavailable(String replySubject, String detail) {
		this.replies.problem(replySubject, Problem.RETRY_HEADERS, Problem.of(503, detail));
	}

}
