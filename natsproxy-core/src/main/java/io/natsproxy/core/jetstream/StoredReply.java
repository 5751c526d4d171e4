package io.natsproxy.core.jetstream;

import io.natsproxy.core.header.NatsHeaders;

/**
 * The place of a reply in a bucket.
 *
 * @param pending whether the reply has not come yet
 * @param revision the number of the last change
 * @param headers the NATS headers of the reply, none while it has not come
 * @param body the body of the reply, not copied, so not to be changed
 */
public record StoredReply(boolean pending, long revision, NatsHeaders headers, byte[] body) {

}
