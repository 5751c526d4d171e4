package io.natsproxy.core.netty;

import java.util.function.Consumer;

import io.natsproxy.core.link.LinkMessage;
import io.natsproxy.core.liveness.Uncaught;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscription of a link, under an id that is none of jnats: those are numbers.
 */
final class NettySubscription {

	/**
	 * The first character of ids.
	 */
	static final char ID_PREFIX = 'p';

	private static final Logger logger = LoggerFactory.getLogger(NettySubscription.class);

	private final int id;

	private final String subject;

	private final @Nullable String queueGroup;

	private final Consumer<LinkMessage> receiver;

	private volatile boolean closed;

	NettySubscription(int id, String subject, @Nullable String queueGroup, Consumer<LinkMessage> receiver) {
		this.id = id;
		this.subject = subject;
		this.queueGroup = queueGroup;
		this.receiver = receiver;
	}

	int id() {
		return this.id;
	}

	String subject() {
		return this.subject;
	}

	/**
	 * Whether one of several members receives each message.
	 */
	boolean isOfQueueGroup() {
		return this.queueGroup != null;
	}

	String subscribeLine() {
		String group = (this.queueGroup != null) ? " " + this.queueGroup : "";
		return "SUB " + this.subject + group + " " + ID_PREFIX + this.id + "\r\n";
	}

	String unsubscribeLine() {
		return "UNSUB " + ID_PREFIX + this.id + "\r\n";
	}

	/**
	 * Receives nothing more, from now on.
	 */
	void close() {
		this.closed = true;
	}

	boolean isClosed() {
		return this.closed;
	}

	void receive(LinkMessage message) {
		if (this.closed) {
			return;
		}
		try {
			this.receiver.accept(message);
		}
		catch (Throwable ex) {
			// Errors, too: the connection is everybody's.
			Uncaught.report(logger, "The receiver of messages on " + this.subject + " has failed", ex);
		}
	}

}
