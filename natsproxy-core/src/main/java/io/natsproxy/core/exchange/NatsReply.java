package io.natsproxy.core.exchange;

import io.natsproxy.core.wire.ResponseHead;

/**
 * The reply to a request.
 *
 * @param head status and header fields
 * @param body the whole body; not copied, so not to be changed
 */
public record NatsReply(ResponseHead head, byte[] body) {

}
