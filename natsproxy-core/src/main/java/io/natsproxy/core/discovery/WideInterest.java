package io.natsproxy.core.discovery;

import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.TransportMessage;

/**
 * Finds out whether somebody subscribes to everything ({@code >}): then the server never
 * says that nobody is there for a request. Asks for what nobody is there for, again and
 * again, below an inbox of its own. Not safe for use by many threads but for
 * {@link #onMessage}.
 */
final class WideInterest {

	/**
	 * How often in a row the server has to be silent: what it says may be late, or lost.
	 */
	private static final int SILENT = 2;

	private final ServiceRequests requests;

	private final String nobody;

	private final String replySubject;

	private volatile boolean answered;

	private boolean asked;

	private boolean denied;

	private int silent;

	WideInterest(ServiceRequests requests, Inbox inbox) {
		this.requests = requests;
		this.nobody = inbox.newSubject() + ".nobody";
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
		if (this.asked) {
			this.silent = this.answered ? 0 : this.silent + 1;
		}
		this.answered = false;
		this.asked = this.requests.publish(this.nobody, this.replySubject);
	}

	/**
	 * Forgets what it knows of a connection that is lost.
	 */
	void reset() {
		this.asked = false;
		this.denied = false;
		this.silent = 0;
	}

	void onPublishDenied(Denial denial) {
		if (denial.concerns(this.nobody)) {
			this.denied = true;
			this.silent = 0;
		}
	}

	boolean isFound() {
		return this.silent >= SILENT;
	}

}
