package io.natsproxy.core.transport.netty;

import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.transport.TransportMessage;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A message whose payload is being read. Belongs to the event loop.
 */
final class IncomingMessage {

	private final @Nullable NettySubscription subscription;

	private final TransportMessage message;

	private int filled;

	/**
	 * Creates a message.
	 * @param subscription its subscription; {@code null} if it has ended, and nobody
	 * receives the message
	 * @param payload takes the payload, as long as that is
	 */
	IncomingMessage(@Nullable NettySubscription subscription, String subject, @Nullable String replySubject,
			@Nullable NatsHeaders headers, int status, byte[] payload) {
		this.subscription = subscription;
		this.message = new TransportMessage(subject, replySubject, headers, status, payload);
	}

	/**
	 * Reads as much of the payload as there is.
	 * @return whether that was all
	 */
	boolean fill(ByteBuf input) {
		byte[] payload = this.message.payload();
		int read = Math.min(payload.length - this.filled, input.readableBytes());
		input.readBytes(payload, this.filled, read);
		this.filled += read;
		return this.filled == payload.length;
	}

	void deliver(NettyDataPort port) {
		if (this.subscription != null) {
			port.deliver(this.subscription, this.message);
		}
	}

}
