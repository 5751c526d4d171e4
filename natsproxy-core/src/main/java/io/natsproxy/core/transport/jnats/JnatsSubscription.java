package io.natsproxy.core.transport.jnats;

import java.util.Objects;

import io.nats.client.Dispatcher;
import io.nats.client.MessageHandler;
import io.nats.client.Subscription;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.PermissionListener;
import io.natsproxy.core.transport.TransportSubscription;
import org.jspecify.annotations.Nullable;

/**
 * A subscription of a {@link JnatsTransport}. Safe for use by many threads.
 */
final class JnatsSubscription implements TransportSubscription {

	private final Dispatcher dispatcher;

	private final String subject;

	private final @Nullable String queueGroup;

	private final MessageHandler handler;

	private final boolean standing;

	private final PermissionListener listener;

	private @Nullable Subscription subscription;

	private boolean ended;

	JnatsSubscription(Dispatcher dispatcher, String subject, @Nullable String queueGroup, MessageHandler handler,
			boolean standing, PermissionListener listener) {
		this.dispatcher = dispatcher;
		this.subject = subject;
		this.queueGroup = queueGroup;
		this.handler = handler;
		this.standing = standing;
		this.listener = listener;
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
		// Servers leave the queue group out where a subscription was permitted before.
		return denial.concerns(this.subject)
				&& (denial.subscription() != null || Objects.equals(denial.queueGroup(), this.queueGroup));
	}

	@Override
	public void onPermission(boolean permitted) {
		this.listener.onPermission(permitted);
	}

	/**
	 * Subscribes, anew where the server has refused it before: jnats does not know.
	 */
	@Override
	public synchronized void subscribeAgain() {
		if (this.ended) {
			return;
		}
		if (this.subscription != null) {
			this.dispatcher.unsubscribe(this.subscription);
		}
		this.subscription = (this.queueGroup != null)
				? this.dispatcher.subscribe(this.subject, this.queueGroup, this.handler)
				: this.dispatcher.subscribe(this.subject, this.handler);
	}

	synchronized void unsubscribe() {
		this.ended = true;
		if (this.subscription != null) {
			this.dispatcher.unsubscribe(this.subscription);
		}
	}

}
