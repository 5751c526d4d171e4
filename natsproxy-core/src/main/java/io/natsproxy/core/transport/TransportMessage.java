package io.natsproxy.core.transport;

import io.natsproxy.core.header.NatsHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A message that was received.
 *
 * @param subject the subject
 * @param replySubject where an answer goes; {@code null} where none is expected
 * @param headers the headers; {@code null} when the message has none
 * @param status the status of a message by which the server itself answers, such as 503
 * for no responders; 0 for any other
 * @param payload the payload, not copied, so not to be changed
 */
public record TransportMessage(String subject, @Nullable String replySubject, @Nullable NatsHeaders headers, int status,
		byte[] payload) {

	/**
	 * Returns whether this is an answer of the server itself.
	 * @return whether it has a status
	 */
	public boolean isStatus() {
		return this.status != 0;
	}

}
