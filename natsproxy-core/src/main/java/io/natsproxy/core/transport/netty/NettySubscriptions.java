package io.natsproxy.core.transport.netty;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of a transport by their ids. Belongs to the event loop.
 */
final class NettySubscriptions {

	private final Map<Integer, NettySubscription> active = new LinkedHashMap<>();

	private final Map<Integer, NettySubscription> ending = new LinkedHashMap<>();

	@Nullable NettySubscription find(int id) {
		NettySubscription found = this.active.get(id);
		return (found != null) ? found : this.ending.get(id);
	}

	/**
	 * Returns whether a subscription is to be known to the server.
	 */
	boolean isActive(NettySubscription subscription) {
		return this.active.get(subscription.id()) == subscription;
	}

	void add(NettySubscription subscription) {
		this.active.put(subscription.id(), subscription);
	}

	/**
	 * Ends a subscription, which receives on, but does not come back with the connection.
	 * @return whether the server has to be told
	 */
	boolean end(NettySubscription subscription) {
		if (this.active.remove(subscription.id()) == null) {
			return false;
		}
		this.ending.put(subscription.id(), subscription);
		return true;
	}

	void remove(NettySubscription subscription) {
		this.active.remove(subscription.id());
		this.ending.remove(subscription.id());
	}

	Collection<NettySubscription> active() {
		return this.active.values();
	}

}
