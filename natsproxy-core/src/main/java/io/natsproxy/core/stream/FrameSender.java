package io.natsproxy.core.stream;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.NatsPublisher;
import io.natsproxy.core.wire.Frame;
import io.natsproxy.core.wire.FrameKind;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the frames of one direction of a stream or WebSocket, in the order of their
 * numbers. Nothing is published before the peer's subject is known, nor once this is
 * closed. Safe for use by many threads.
 */
public final class FrameSender {

	private final NatsPublisher publisher;

	/**
	 * Guarded by this object, like all that follows.
	 */
	private @Nullable String peer;

	private long sent;

	private volatile boolean closed;

	/**
	 * Creates a sender that is not open yet.
	 * @param publisher publishes the frames
	 */
	public FrameSender(NatsPublisher publisher) {
		this.publisher = publisher;
	}

	/**
	 * Opens this, once the peer's subject is known.
	 * @param peer the subject on which the peer receives frames
	 * @return whether this opened it: {@code false} where it is open or closed
	 */
	public synchronized boolean open(String peer) {
		if (this.peer != null || this.closed) {
			return false;
		}
		this.peer = peer;
		return true;
	}

	/**
	 * Returns the peer's subject.
	 * @return the subject, or {@code null} before this is open
	 */
	public synchronized @Nullable String peer() {
		return this.peer;
	}

	/**
	 * Whether a frame can be published now.
	 * @return whether there is a connection to NATS
	 */
	public boolean isConnected() {
		return this.publisher.isConnected();
	}

	/**
	 * Whether so much waits to be sent on the connection that a stream should wait.
	 * @return whether it does
	 */
	boolean isCrowded() {
		return this.publisher.isCrowded();
	}

	/**
	 * Publishes a frame. Once this is closed, nothing is done.
	 * @param kind the kind
	 * @param payload the payload, which must not be changed afterwards
	 * @param replySubject where the peer sends its own frames, or {@code null}
	 * @return whether it was published
	 * @throws NatsExchangeException if this is not open, or there is no connection to
	 * NATS
	 */
	public synchronized boolean send(FrameKind kind, byte[] payload, @Nullable String replySubject) {
		if (this.closed) {
			return false;
		}
		String peer = this.peer;
		if (peer == null) {
			throw new NatsExchangeException(ExchangeFailure.STREAM_BROKEN,
					"The peer has not told where it receives the stream");
		}
		try {
			this.publisher.publish(peer, replySubject, new Frame(kind, this.sent + 1, payload).headers(), payload);
			this.sent++;
			return true;
		}
		catch (IllegalArgumentException ex) {
			throw NatsExchangeException.disconnected();
		}
	}

	/**
	 * Returns how many frames have been published.
	 * @return the number of the last frame
	 */
	public synchronized long sent() {
		return this.sent;
	}

	/**
	 * Publishes nothing any more.
	 */
	public void close() {
		this.closed = true;
	}

}
