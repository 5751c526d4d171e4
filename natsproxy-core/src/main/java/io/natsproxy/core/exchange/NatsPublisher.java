package io.natsproxy.core.exchange;

import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.transport.NatsTransport;
import org.jspecify.annotations.Nullable;

/**
 * Publishes where there is a connection to NATS, and fails as disconnected where there is
 * none: what is published then would wait, and arrive when nobody waits for it any more.
 */
public final class NatsPublisher {

	private final NatsTransport transport;

	/**
	 * Creates a publisher.
	 * @param transport publishes
	 */
	public NatsPublisher(NatsTransport transport) {
		this.transport = transport;
	}

	/**
	 * Whether a message can be published now.
	 * @return whether there is a connection to NATS
	 */
	public boolean isConnected() {
		return this.transport.isConnected();
	}

	/**
	 * Whether so much waits to be sent that streams should wait.
	 * @return whether it does
	 */
	public boolean isCrowded() {
		return this.transport.isCrowded();
	}

	/**
	 * Publishes a message.
	 * @param subject the subject, without spaces
	 * @param replySubject where an answer goes, or {@code null}
	 * @param headers the headers, or {@code null}; must not be changed afterwards
	 * @param payload the payload, which must not be changed afterwards
	 * @throws NatsExchangeException if there is no connection to NATS
	 * @throws IllegalArgumentException if a subject is malformed
	 */
	public void publish(String subject, @Nullable String replySubject, @Nullable NatsHeaders headers, byte[] payload) {
		if (!isConnected()) {
			throw NatsExchangeException.disconnected();
		}
		try {
			this.transport.publish(subject, replySubject, headers, payload);
		}
		catch (IllegalStateException ex) {
			throw NatsExchangeException.disconnected();
		}
	}

}
