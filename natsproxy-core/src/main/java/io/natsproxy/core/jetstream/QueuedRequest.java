package io.natsproxy.core.jetstream;

import io.natsproxy.core.header.NatsHeaders;

/**
 * A request that has waited in a stream.
 *
 * @param id the id that it has been given
 * @param headers its NATS headers
 * @param body its body, not copied, so not to be changed
 * @param deliveries how often it has been delivered, this time included
 */
public record QueuedRequest(String id, NatsHeaders headers, byte[] body, long deliveries) {

}
