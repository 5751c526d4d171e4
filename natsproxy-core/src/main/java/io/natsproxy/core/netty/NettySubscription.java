package io.natsproxy.core.netty;

import java.util.Objects;
import java.util.function.Consumer;

import io.natsproxy.core.link.Denial;
import io.natsproxy.core.link.LinkMessage;
import io.natsproxy.core.link.LinkSubscription;
import io.natsproxy.core.link.PermissionListener;
import io.natsproxy.core.liveness.Uncaught;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscription of a link, under an id that is none of jnats: those are numbers.
 */
final class NettySubscription implements LinkSubscription {

	/**
	 * The first character of ids.
	 */
	static final char ID_PREFIX = 'p';

	private static final Logger logger = LoggerFactory.getLogger(NettySubscription.class);

	private final int id;

	private final String subject;

	private final @Nullable String queueGroup;

	private final Consumer<LinkMessage> receiver;

	private final @Nullable NettyLink link;

	private final boolean standing;

	private final PermissionListener listener;

	private volatile boolean closed;

	/**
	 * Creates a subscription that is not asked for again where it is not permitted.
	 */
	NettySubscription(int id, String subject, @Nullable String queueGroup, Consumer<LinkMessage> receiver) {
		this(null, id, subject, queueGroup, receiver, false, (permitted) -> {
		});
	}

	/**
	 * Creates a subscription.
	 * @param link asks for it again
	 * @param standing whether it is asked for again where it is not permitted
	 */
	NettySubscription(@Nullable NettyLink link, int id, String subject, @Nullable String queueGroup,
			Consumer<LinkMessage> receiver, boolean standing, PermissionListener listener) {
		this.link = link;
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
		if (this.link != null) {
			this.link.subscribeAgain(this);
		}
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
