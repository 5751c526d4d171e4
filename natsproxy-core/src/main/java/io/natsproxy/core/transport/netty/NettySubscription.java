package io.natsproxy.core.transport.netty;

import java.util.Objects;
import java.util.function.Consumer;

import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.PermissionListener;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.transport.TransportSubscription;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscription of a transport, under an id that is none of jnats: those are numbers.
 */
final class NettySubscription implements TransportSubscription {

	/**
	 * The first character of ids.
	 */
	static final char ID_PREFIX = 'p';

	private static final Logger logger = LoggerFactory.getLogger(NettySubscription.class);

	private final int id;

	private final String subject;

	private final @Nullable String queueGroup;

	private final Consumer<TransportMessage> receiver;

	private final @Nullable NettyTransport transport;

	private final boolean standing;

	private final PermissionListener listener;

	private volatile boolean closed;

	/**
	 * Creates a subscription that is not asked for again where it is not permitted.
	 */
	NettySubscription(int id, String subject, @Nullable String queueGroup, Consumer<TransportMessage> receiver) {
		this(null, id, subject, queueGroup, receiver, false, (permitted) -> {
		});
	}

	/**
	 * Creates a subscription.
	 * @param transport asks for it again
	 * @param standing whether it is asked for again where it is not permitted
	 */
	NettySubscription(@Nullable NettyTransport transport, int id, String subject, @Nullable String queueGroup,
			Consumer<TransportMessage> receiver, boolean standing, PermissionListener listener) {
		this.transport = transport;
		this.id = id;
		this.subject = subject;
		this.queueGroup = queueGroup;
		this.receiver = receiver;
		this.standing = standing;
		this.listener = listener;
	}

	int id() {
		return this.id;
	}

	@Override
	public String subject() {
		return this.subject;
	}

	@Override
	public boolean isStanding() {
		return this.standing;
	}

	@Override
	public boolean isDenied(Denial denial) {
		if (denial.subscription() != null) {
			return denial.subscription().equals(ID_PREFIX + Integer.toString(this.id));
		}
		return denial.concerns(this.subject) && Objects.equals(denial.queueGroup(), this.queueGroup);
	}

	@Override
	public void onPermission(boolean permitted) {
		if (!this.closed) {
			this.listener.onPermission(permitted);
		}
	}

	@Override
	public void subscribeAgain() {
		if (this.transport != null) {
			this.transport.subscribeAgain(this);
		}
	}

	/**
	 * Returns whether one of several members receives each message.
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
	 * Drops what comes from now on.
	 */
	void close() {
		this.closed = true;
	}

	boolean isClosed() {
		return this.closed;
	}

	void receive(TransportMessage message) {
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
