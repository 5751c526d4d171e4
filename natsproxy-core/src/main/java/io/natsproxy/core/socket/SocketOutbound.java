package io.natsproxy.core.socket;

import io.natsproxy.core.link.NatsLink;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsCaller;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.wire.Frame;
import io.natsproxy.core.wire.FrameKind;
import org.jspecify.annotations.Nullable;

/**
 * What one end of a WebSocket sends: numbered frames, and messages only while there is
 * credit and a connection. A message is sent as a whole, and the last one may go beyond
 * the credit.
 */
final class SocketOutbound {

	private final NatsLink link;

	private final int frameSize;

	private @Nullable String peer;

	private long credit;

	private long sent;

	private boolean closed;

	private @Nullable Deque<SocketSender> waiting;

	SocketOutbound(NatsLink link, SocketOptions options) {
		this.link = link;
		this.frameSize = options.streams().frameSize(link.maxPayload());
	}

	/**
	 * Opens this end, once the other end's subject is known.
	 */
	void open(String peer, long credit) {
		synchronized (this) {
			this.peer = peer;
			this.credit = credit;
		}
		resume();
	}

	/**
	 * Sends a message, or lets its sender wait for credit or a connection.
	 * @return {@code false} if the sender has to wait: it is resumed later
	 * @throws NatsExchangeException if the message broke off
	 */
	synchronized boolean send(SocketMessage message, SocketSender sender) {
		if (this.closed) {
			return true;
		}
		boolean busy = this.waiting != null && !this.waiting.isEmpty() && this.waiting.peek() != sender;
		if (busy || this.peer == null || this.credit <= 0 || !isConnected()) {
			await(sender);
			return false;
		}
		long before = this.sent;
		try {
			publish(message);
		}
		catch (NatsExchangeException ex) {
			if (this.sent > before) {
				// The other end has got a part of it.
				throw ex;
			}
			await(sender);
			return false;
		}
		if (this.waiting != null) {
			this.waiting.remove(sender);
		}
		this.credit -= message.cost();
		return true;
	}

	private void await(SocketSender sender) {
		if (this.waiting == null) {
			this.waiting = new ArrayDeque<>(1);
		}
		if (!this.waiting.contains(sender)) {
			this.waiting.add(sender);
		}
	}

	private void publish(SocketMessage message) {
		byte[] payload = message.payload();
		int offset = 0;
		while (payload.length - offset > this.frameSize) {
			frame(FrameKind.DATA, Arrays.copyOfRange(payload, offset, offset + this.frameSize));
			offset += this.frameSize;
		}
		frame(message.type().kind(), (offset > 0) ? Arrays.copyOfRange(payload, offset, payload.length) : payload);
	}

	/**
	 * Sends a frame that needs no credit.
	 * @throws NatsExchangeException if there is no connection to NATS
	 */
	synchronized void frame(FrameKind kind, byte[] payload) {
		String peer = this.peer;
		if (this.closed || peer == null) {
			return;
		}
		if (!isConnected()) {
			throw NatsCaller.disconnected();
		}
		try {
			this.link.publish(peer, null, new Frame(kind, this.sent + 1, payload).headers(), payload);
			this.sent++;
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			throw NatsCaller.disconnected();
		}
	}

	private boolean isConnected() {
		return this.link.isConnected();
	}

	/**
	 * Takes credit from the other end.
	 * @throws NatsExchangeException if there is more of it than any window holds
	 */
	void addCredit(long bytes) {
		synchronized (this) {
			if (bytes > Integer.MAX_VALUE - this.credit) {
				throw new NatsExchangeException(ExchangeFailure.STREAM_BROKEN,
						"The other end has granted more than " + Integer.MAX_VALUE + " bytes");
			}
			this.credit += bytes;
		}
		resume();
	}

	/**
	 * Lets senders that wait try again, one after the other.
	 */
	void resume() {
		SocketSender first;
		synchronized (this) {
			if (this.waiting == null || this.waiting.isEmpty() || this.credit <= 0 || this.peer == null) {
				return;
			}
			first = this.waiting.element();
		}
		first.resume();
	}

	/**
	 * Forgets a sender that is not going to send what it waits for.
	 */
	void forget(SocketSender sender) {
		synchronized (this) {
			if (this.waiting != null) {
				this.waiting.remove(sender);
			}
		}
		resume();
	}

	/**
	 * Returns how many frames have been sent.
	 */
	synchronized long sent() {
		return this.sent;
	}

	/**
	 * Sends nothing any more.
	 * @return those that are waiting, and are not going to be resumed
	 */
	synchronized Collection<SocketSender> close() {
		this.closed = true;
		Collection<SocketSender> left = (this.waiting != null) ? this.waiting : List.of();
		this.waiting = null;
		return left;
	}

}
