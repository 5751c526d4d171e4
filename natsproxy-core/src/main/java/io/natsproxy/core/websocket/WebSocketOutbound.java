package io.natsproxy.core.websocket;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.NatsPublisher;
import io.natsproxy.core.stream.FrameSender;
import io.natsproxy.core.stream.SendCredit;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.wire.FrameKind;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a WebSocket: numbers frames, and sends messages only while there is
 * credit and a connection. A message is sent as a whole, and the last one may go beyond
 * the credit.
 */
final class WebSocketOutbound {

	private final FrameSender frames;

	private final int frameSize;

	private final WebSocketCount count;

	/**
	 * Guarded by this object, like all that follows.
	 */
	private final SendCredit credit = new SendCredit();

	private boolean closed;

	private @Nullable Deque<WebSocketSender> waiting;

	WebSocketOutbound(NatsTransport transport, NatsWebSocketOptions options, WebSocketCount count) {
		this.count = count;
		this.frames = new FrameSender(new NatsPublisher(transport));
		this.frameSize = options.streams().frameSize(transport.maxPayload());
	}

	/**
	 * Opens this end, once the peer's subject is known.
	 */
	void open(String peer, long credit) {
		synchronized (this) {
			this.frames.open(peer);
			this.credit.add(credit);
		}
		resume();
	}

	/**
	 * Sends a message, or lets its sender wait for credit or a connection.
	 * @return {@code false} if the sender has to wait: it is resumed later
	 * @throws NatsExchangeException if the message broke off
	 */
	synchronized boolean send(NatsWebSocketMessage message, WebSocketSender sender) {
		if (this.closed) {
			return true;
		}
		boolean busy = this.waiting != null && !this.waiting.isEmpty() && this.waiting.peek() != sender;
		if (busy || this.frames.peer() == null || !this.credit.isLeft() || !this.frames.isConnected()) {
			await(sender);
			return false;
		}
		long before = sent();
		try {
			publish(message);
		}
		catch (NatsExchangeException ex) {
			if (sent() > before) {
				// The peer has got a part of it.
				throw ex;
			}
			await(sender);
			return false;
		}
		if (this.waiting != null) {
			this.waiting.remove(sender);
		}
		this.credit.use(message.cost());
		this.count.sent(message);
		return true;
	}

	private void await(WebSocketSender sender) {
		if (this.waiting == null) {
			this.waiting = new ArrayDeque<>(1);
		}
		if (!this.waiting.contains(sender)) {
			this.waiting.add(sender);
		}
	}

	private void publish(NatsWebSocketMessage message) {
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
		if (this.frames.peer() != null) {
			this.frames.send(kind, payload, null);
		}
	}

	/**
	 * Takes credit from the peer.
	 * @throws NatsExchangeException if there is more of it than any window holds
	 */
	void addCredit(long bytes) {
		synchronized (this) {
			this.credit.add(bytes);
		}
		resume();
	}

	/**
	 * Lets senders that wait try again, one after the other.
	 */
	void resume() {
		WebSocketSender first;
		synchronized (this) {
			if (this.waiting == null || this.waiting.isEmpty() || !this.credit.isLeft() || this.frames.peer() == null) {
				return;
			}
			first = this.waiting.element();
		}
		first.resume();
	}

	/**
	 * Forgets a sender that is not going to send what it waits for.
	 */
	void forget(WebSocketSender sender) {
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
	long sent() {
		return this.frames.sent();
	}

	/**
	 * Sends nothing any more.
	 * @return those that are waiting, and are not going to be resumed
	 */
	synchronized Collection<WebSocketSender> close() {
		this.closed = true;
		this.frames.close();
		Collection<WebSocketSender> left = (this.waiting != null) ? this.waiting : List.of();
		this.waiting = null;
		return left;
	}

}
