package io.natsproxy.core.exchange;

import io.natsproxy.core.wire.ResponseHead;
import org.jspecify.annotations.Nullable;

/**
 * The reply to a request.
 *
 * @param head status and header fields
 * @param body the whole body, not copied, so not to be changed; empty for a streamed body
 * @param stream the body, when it does not fit one message: to be subscribed to or
 * discarded
 */
public record NatsReply(ResponseHead head, byte[] body, @Nullable BodyStream stream) {

	/**
	 * Creates a reply whose body is one message.
	 * @param head status and header fields
	 * @param body the whole body
	 */
	public NatsReply(ResponseHead head, byte[] body) {
		this(head, body, null);
	}

}
