package io.natsproxy.core.exchange.listener;

import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.Problem;

/**
 * Replies to requests that are not handed on, in one message format.
 */
final class Refusals {

	private final Replies replies;

	private final int maxInFlight;

	private final ListenerObserver observer;

	/**
	 * Creates the object.
	 * @param replies publishes
	 * @param maxInFlight most requests at once, to be named
	 * @param observer is told of them
	 */
	Refusals(Replies replies, int maxInFlight, ListenerObserver observer) {
		this.replies = replies;
		this.observer = observer;
		this.maxInFlight = maxInFlight;
	}

	void malformed(String subject, String replySubject, MalformedMessageException ex) {
		this.replies.problem(replySubject, Problem.HEADERS, Problem.of(ex.status(), ex.getMessage()));
		this.observer.refused(subject, ex.status());
	}

	void overloaded(String subject, String replySubject) {
		unavailable(subject, replySubject, "Too many requests are in flight, the limit is " + this.maxInFlight);
	}

	void outOfMemory(String subject, String replySubject) {
		unavailable(subject, replySubject, "The service has no memory for more bodies at the moment");
	}

	private void unavailable(String subject, String replySubject, String detail) {
		this.replies.problem(replySubject, Problem.RETRY_HEADERS, Problem.of(503, detail));
		this.observer.refused(subject, 503);
	}

}
