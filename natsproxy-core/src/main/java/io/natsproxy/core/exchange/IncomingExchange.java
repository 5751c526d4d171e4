package io.natsproxy.core.exchange;

import java.util.concurrent.atomic.AtomicBoolean;

import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.core.wire.ResponseHead;

/**
 * A request that was received, and its one reply. Must be ended, by {@link #reply} or
 * {@link #discard}; whichever comes first counts.
 */
public final class IncomingExchange {

	private final NatsListener listener;

	private final RequestHead head;

	private final byte[] body;

	private final String replySubject;

	private final AtomicBoolean ended = new AtomicBoolean();

	IncomingExchange(NatsListener listener, RequestHead head, byte[] body, String replySubject) {
		this.listener = listener;
		this.head = head;
		this.body = body;
		this.replySubject = replySubject;
	}

	/**
	 * Returns the head of the request.
	 * @return the head
	 */
	public RequestHead head() {
		return this.head;
	}

	/**
	 * Returns the whole body of the request.
	 * @return the body, not copied
	 */
	public byte[] body() {
		return this.body;
	}

	/**
	 * Returns the longest body that a reply may have.
	 * @return bytes that one message takes, of which the head takes some
	 */
	public int maxReplySize() {
		return this.listener.maxPayload();
	}

	/**
	 * Sends the reply and ends the exchange. A reply that does not fit one message is
	 * replaced by a problem with status 502.
	 * @param head the head
	 * @param body the whole body, which must not be changed afterwards
	 * @return whether this ended the exchange
	 */
	public boolean reply(ResponseHead head, byte[] body) {
		if (!this.ended.compareAndSet(false, true)) {
			return false;
		}
		try {
			this.listener.reply(this.replySubject, head, body);
		}
		finally {
			this.listener.ended();
		}
		return true;
	}

	/**
	 * Ends the exchange without a reply: the caller has stopped waiting.
	 * @return whether this ended the exchange
	 */
	public boolean discard() {
		if (!this.ended.compareAndSet(false, true)) {
			return false;
		}
		this.listener.ended();
		return true;
	}

}
