package io.natsproxy.core.discovery;

import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.TransportMessage;

/**
 * Finds out whether somebody subscribes to everything ({@code >}): then the server never
 * says that nobody is there for a request. Asks for what nobody is there for, again and
 * again. Not safe for use by many threads but for {@link #onMessage}.
 */
final class WideInterest {

	private final ServiceRequests requests;

	private final String replySubject;

	private volatile boolean answered;

	private boolean asked;

	private boolean denied;

	private boolean found;

	WideInterest(ServiceRequests requests, Inbox inbox) {
		this.requests = requests;
		this.replySubject = inbox.newSubject();
		inbox.register(this.replySubject, this::onMessage);
	}

	private void onMessage(TransportMessage message) {
		if (message.isStatus()) {
			this.answered = true;
		}
	}

	/**
	 * Takes what has come since it was called before, and asks again.
	 */
	void ask() {
		if (this.denied) {
			return;
		}
		this.found = this.asked && !this.answered;
		this.answered = false;
		this.asked = true;
		this.requests.nobody(this.replySubject);
	}

	/**
	 * Forgets what it knows of a connection that is lost.
	 */
	void reset() {
		this.asked = false;
		this.denied = false;
		this.found = false;
	}

	void onPublishDenied(Denial denial) {
		if (this.requests.isNobody(denial)) {
			this.denied = true;
			this.found = false;
		}
	}

	boolean isFound() {
		return this.found;
	}

}
