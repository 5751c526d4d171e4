package io.natsproxy.core.exchange.listener;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.wire.HeadCodec;
import io.natsproxy.core.wire.ResponseHead;

/**
 * Replies of natsproxy's own wire protocol.
 */
final class NativeReplies extends Replies {

	private final HeadCodec headCodec;

	private final NatsTransport transport;

	NativeReplies(NatsTransport transport, HeadCodec headCodec) {
		super(transport);
		this.headCodec = headCodec;
		this.transport = transport;
	}

	@Override
	NatsHeaders headers(ResponseHead head) {
		return this.headCodec.encode(head);
	}

	@Override
	byte[] payload(ResponseHead head, byte[] body) {
		return body;
	}

	/**
	 * Publishes the head of a streamed response, and the first part of its body.
	 * @param ownSubject where the caller sends its frames
	 * @throws NatsExchangeException if it cannot be published
	 */
	void publishHead(String replySubject, String ownSubject, NatsHeaders headers, byte[] firstPart) {
		if (!this.transport.isConnected()) {
			throw NatsExchangeException.disconnected();
		}
		try {
			this.transport.publish(replySubject, ownSubject, headers, firstPart);
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			throw new NatsExchangeException(ExchangeFailure.STREAM_BROKEN,
					"The head of a streamed response could not be sent: " + ex.getMessage());
		}
	}

}
