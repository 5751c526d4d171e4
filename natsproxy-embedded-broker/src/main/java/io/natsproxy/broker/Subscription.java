package io.natsproxy.broker;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * A subscription of one client. Its count of deliveries is guarded by the client's
 * {@link OutboundQueue}, so that it is exact whoever publishes.
 */
final class Subscription {

	private final ClientConnection client;

	private final String subject;

	private final @Nullable String queue;

	private final String sid;

	private final byte[] sidBytes;

	private long delivered;

	private long max;

	private boolean ended;

	Subscription(ClientConnection client, String subject, @Nullable String queue, String sid) {
		this.client = client;
		this.subject = subject;
		this.queue = queue;
		this.sid = sid;
		this.sidBytes = sid.getBytes(StandardCharsets.ISO_8859_1);
	}

	ClientConnection client() {
		return this.client;
	}

	String subject() {
		return this.subject;
	}

	@Nullable String queue() {
		return this.queue;
	}

	String sid() {
		return this.sid;
	}

	byte[] sidBytes() {
		return this.sidBytes;
	}

	/**
	 * Counts one delivery. To be called with the lock of the client's queue.
	 * @return whether the message may be delivered
	 */
	boolean claim() {
		if (this.ended) {
			return false;
		}
		this.delivered++;
		if (this.max > 0 && this.delivered >= this.max) {
			this.ended = true;
		}
		return true;
	}

	/**
	 * Returns whether no message is delivered any more. To be called with the lock of the
	 * client's queue.
	 */
	boolean isEnded() {
		return this.ended;
	}

	/**
	 * Ends after so many deliveries, or at once. To be called with the lock of the
	 * client's queue.
	 * @param max the number of deliveries since the beginning; 0 for at once
	 */
	void endAfter(long max) {
		this.max = max;
		this.ended = this.ended || max == 0 || this.delivered >= max;
	}

}
