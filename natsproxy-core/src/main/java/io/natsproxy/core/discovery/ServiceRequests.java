package io.natsproxy.core.discovery;

import java.util.function.BiConsumer;

import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The questions that a watcher publishes, each with a subject for the answers.
 */
final class ServiceRequests {

	private static final Logger logger = LoggerFactory.getLogger(ServiceRequests.class);

	private final NatsTransport transport;

	private final Inbox inbox;

	private final String ping;

	private final String info;

	private final BiConsumer<String, TransportMessage> onInfo;

	/**
	 * Creates the questions.
	 * @param transport publishes them
	 * @param inbox has the subjects of the answers
	 * @param prefix the prefix of the subjects on which services are asked
	 * @param onInfo takes what comes on the subject of a question of what an instance
	 * answers, on the thread that receives
	 */
	ServiceRequests(NatsTransport transport, Inbox inbox, String prefix, BiConsumer<String, TransportMessage> onInfo) {
		this.transport = transport;
		this.inbox = inbox;
		this.ping = prefix + "." + DiscoveryVerb.PING;
		this.info = prefix + "." + DiscoveryVerb.INFO + ".";
		this.onInfo = onInfo;
	}

	/**
	 * Makes a subject for the answers of an instance.
	 */
	String newSubject() {
		String subject = this.inbox.newSubject();
		this.inbox.register(subject, (message) -> this.onInfo.accept(subject, message));
		return subject;
	}

	void remove(String subject) {
		this.inbox.remove(subject);
	}

	/**
	 * Asks all who they are.
	 */
	void ping(String replySubject) {
		publish(this.ping, replySubject, null);
	}

	/**
	 * Asks an instance what it answers.
	 */
	void info(String key, String replySubject, int offset) {
		publish(this.info + key, replySubject,
				(offset > 0) ? new NatsHeaders().add(WireProtocol.OFFSET_HEADER, Integer.toString(offset)) : null);
	}

	boolean isPing(Denial denial) {
		return denial.concerns(this.ping);
	}

	/**
	 * Publishes a request without headers.
	 * @return whether it was published
	 */
	boolean publish(String subject, String replySubject) {
		return publish(subject, replySubject, null);
	}

	private boolean publish(String subject, String replySubject, @Nullable NatsHeaders headers) {
		try {
			this.transport.publish(subject, replySubject, headers, new byte[0]);
			return true;
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			logger.debug("Services could not be asked: {}", ex.getMessage());
			return false;
		}
	}

}
