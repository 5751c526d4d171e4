package io.natsproxy.core.exchange.listener;

import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.wire.ResponseHead;
import org.jspecify.annotations.Nullable;

/**
 * Replies of another message format: one message without headers.
 */
final class FormatReplies extends Replies {

	private final MessageFormat format;

	FormatReplies(NatsTransport transport, MessageFormat format) {
		super(transport);
		this.format = format;
	}

	@Override
	@Nullable NatsHeaders headers(ResponseHead head) {
		return null;
	}

	@Override
	byte[] payload(ResponseHead head, byte[] body) {
		return this.format.encodeResponse(head, body);
	}

}
