package io.natsproxy.core.transport.netty;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.natsproxy.core.transport.PermissionListener;
import io.natsproxy.core.transport.TransportMessage;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of a transport as its server knows them, or both servers while there
 * are two. Safe for use by many threads, but for what is said to be on the event loop.
 */
final class ServerSubscriptions {

	private static final int SUBSCRIBE_AGAIN_MILLIS = 100;

	private final NettyTransport transport;

	private final EventLoop loop;

	private final CurrentPort current;

	private final OutgoingQueue outgoing;

	private final NettySubscriptions byId = new NettySubscriptions();

	private final AtomicInteger ids = new AtomicInteger();

	ServerSubscriptions(NettyTransport transport, CurrentPort current, OutgoingQueue outgoing) {
		this.transport = transport;
		this.loop = transport.loop();
		this.current = current;
		this.outgoing = outgoing;
	}

	/**
	 * Returns the subscriptions by their ids; for the event loop.
	 */
	NettySubscriptions byId() {
		return this.byId;
	}

	/**
	 * Returns the subscriptions that a server is to know; on the event loop.
	 */
	Collection<NettySubscription> active() {
		return this.byId.active();
	}

	NettySubscription subscribe(String subject, @Nullable String queueGroup, Consumer<TransportMessage> receiver,
			boolean standing, PermissionListener listener) {
		OutgoingMessage.requireSubject(subject);
		if (queueGroup != null) {
			OutgoingMessage.requireSubject(queueGroup);
		}
		NettySubscription subscription = new NettySubscription(this.transport, this.ids.incrementAndGet(), subject,
				queueGroup, receiver, standing, listener);
		this.outgoing.enqueue(() -> subscribeNow(subscription));
		return subscription;
	}

	private void subscribeNow(NettySubscription subscription) {
		if (subscription.isClosed()) {
			return;
		}
		boolean added = false;
		try {
			this.byId.add(subscription);
			added = true;
		}
		finally {
			if (!added) {
				this.loop.schedule(() -> subscribeNow(subscription), SUBSCRIBE_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
			}
		}
		writeToServers(subscription.subscribeLine());
	}

	/**
	 * Subscribes to everything at a server; on the event loop.
	 */
	void subscribeAll(Channel channel) {
		for (NettySubscription subscription : this.byId.active()) {
			this.outgoing.writeLine(channel, subscription.subscribeLine());
		}
	}

	/**
	 * Ends all subscriptions at a server that is being left; on the event loop.
	 */
	void unsubscribeAll(Channel channel) {
		for (NettySubscription subscription : this.byId.active()) {
			this.outgoing.writeLine(channel, subscription.unsubscribeLine());
		}
	}

	/**
	 * Makes a subscription that receives, but is not one of those that come back with the
	 * connection; on the event loop.
	 */
	NettySubscription newTemporary(String subject) {
		NettySubscription subscription = new NettySubscription(this.ids.incrementAndGet(), subject, null, (message) -> {
		});
		this.byId.add(subscription);
		this.byId.end(subscription);
		return subscription;
	}

	/**
	 * Writes a line to the server, or to both while there are two.
	 */
	private void writeToServers(String line) {
		Channel channel = this.current.channel();
		if (channel != null) {
			this.outgoing.writeLine(channel, line);
		}
		Handover handover = this.current.handover();
		Channel other = (handover != null) ? handover.other(channel) : null;
		if (other != null) {
			this.outgoing.writeLine(other, line);
		}
	}

	/**
	 * Asks the server once more for a subscription that it may not have.
	 */
	void subscribeAgain(NettySubscription subscription) {
		this.outgoing.enqueue(() -> {
			if (this.byId.isActive(subscription)) {
				writeToServers(subscription.subscribeLine());
			}
		});
	}

	/**
	 * Ends a subscription at the server; what is under way is still received.
	 */
	void end(NettySubscription subscription) {
		this.outgoing.enqueue(() -> endNow(subscription));
	}

	private void endNow(NettySubscription subscription) {
		if (this.byId.end(subscription)) {
			writeToServers(subscription.unsubscribeLine());
		}
	}

	/**
	 * Ends a subscription that has been closed, and forgets it.
	 */
	void remove(NettySubscription subscription) {
		this.outgoing.enqueue(() -> {
			endNow(subscription);
			this.byId.remove(subscription);
		});
	}

}
