package io.natsproxy.core.exchange.listener;

import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.ResponseHead;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the replies of one message format. Safe for use by many threads.
 */
abstract class Replies {

	private static final Logger logger = LoggerFactory.getLogger(Replies.class);

	private final NatsTransport transport;

	/**
	 * Creates the object.
	 * @param transport publishes
	 */
	Replies(NatsTransport transport) {
		this.transport = transport;
	}

	/**
	 * Returns the headers of the message of a response.
	 * @return the headers, or {@code null} if the format has none
	 * @throws MalformedMessageException if the head cannot be encoded
	 */
	abstract @Nullable NatsHeaders headers(ResponseHead head);

	/**
	 * Returns the payload of the message of a response.
	 * @throws MalformedMessageException if the head cannot be encoded
	 */
	abstract byte[] payload(ResponseHead head, byte[] body);

	/**
	 * Publishes a reply, or a problem in its place when it does not fit one message or
	 * cannot be encoded.
	 * @param replySubject the subject
	 * @param head the head
	 * @param body the whole body, which must not be changed afterwards
	 * @return the status that was sent
	 */
	final int reply(String replySubject, ResponseHead head, byte[] body) {
		try {
			return reply(replySubject, head.status(), headers(head), payload(head, body));
		}
		catch (MalformedMessageException ex) {
			logger.error("A response cannot be sent: {}", ex.getMessage());
			return problem(replySubject, Problem.HEADERS, Problem.of(500, "The service failed"));
		}
	}

	/**
	 * Publishes a message, or a problem in its place when it is longer than the server
	 * takes.
	 * @return the status that was sent
	 */
	final int reply(String replySubject, int status, @Nullable NatsHeaders headers, byte[] payload) {
		long size = payload.length + ((headers != null) ? (long) headers.serializedLength() : 0);
		if (size > this.transport.maxPayload()) {
			return problem(replySubject, Problem.HEADERS, Problem.of(502,
					"The response takes " + size + " bytes, one NATS message takes " + this.transport.maxPayload()));
		}
		publish(replySubject, headers, payload);
		return status;
	}

	/**
	 * Publishes a problem.
	 * @return its status
	 */
	final int problem(String replySubject, HeaderFields fields, Problem problem) {
		ResponseHead head = new ResponseHead(problem.status(), fields);
		publish(replySubject, headers(head), payload(head, problem.toJson()));
		return problem.status();
	}

	/**
	 * Publishes a message. Without a connection nothing is published: the caller notices
	 * by itself.
	 */
	private void publish(String replySubject, @Nullable NatsHeaders headers, byte[] payload) {
		try {
			this.transport.publish(replySubject, null, headers, payload);
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			logger.debug("Could not reply: {}", ex.getMessage());
		}
	}

	/**
	 * Returns how long a message may be, its head included.
	 */
	final long maxPayload() {
		return this.transport.maxPayload();
	}

}
