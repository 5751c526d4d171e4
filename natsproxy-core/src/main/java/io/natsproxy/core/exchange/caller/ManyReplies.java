package io.natsproxy.core.exchange.caller;

import java.time.Duration;
import java.util.function.UnaryOperator;

import io.natsproxy.core.wire.ResponseHead;
import org.jspecify.annotations.Nullable;

/**
 * The replies to one request of which there are several (ADR-47): when they end, and what
 * is made of them. Whatever else ends them, the time-out of the call does. Where a reply
 * without a payload is the last one, they have failed if it has not come by then.
 *
 * @param max the most replies, after which they end; 0 for any number
 * @param stall how long none may come until they end; {@code null} for no such time
 * @param sentinel whether a reply without a payload ends them, and is none itself
 * @param maxSize the longest payload of a reply, in bytes
 * @param head the head of the response
 * @param part makes the part of the response of a payload
 */
public record ManyReplies(int max, @Nullable Duration stall, boolean sentinel, long maxSize, ResponseHead head,
		UnaryOperator<byte[]> part) {

}
