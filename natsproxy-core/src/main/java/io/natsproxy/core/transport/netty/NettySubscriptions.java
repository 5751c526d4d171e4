package io.natsproxy.core.transport.netty;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.natsproxy.core.transport.Denial;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of a transport by their ids. Belongs to the event loop.
 */
final class NettySubscriptions {

	private final Map<Integer, NettySubscription> active = new LinkedHashMap<>();

	private final Map<Integer, NettySubscription> ending = new LinkedHashMap<>();

	/**
	 * Those that are active, as a server names them that does not permit one.
	 */
	private final Map<String, List<NettySubscription>> bySubject = new HashMap<>();

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
		this.bySubject.compute(Denial.comparable(subscription.subject()), (subject, all) -> with(all, subscription));
	}

	/**
	 * Returns the active subscription that a denial names by its id, or else those to its
	 * subject, in whichever group.
	 */
	Collection<NettySubscription> concernedBy(Denial denial) {
		String id = denial.subscription();
		if (id != null) {
			NettySubscription named = active(id);
			return (named != null) ? List.of(named) : List.of();
		}
		String subject = denial.subject();
		return (subject != null) ? this.bySubject.getOrDefault(Denial.comparable(subject), List.of()) : List.of();
	}

	private @Nullable NettySubscription active(String id) {
		if (id.isEmpty() || id.charAt(0) != NettySubscription.ID_PREFIX) {
			return null;
		}
		try {
			return this.active.get(Integer.parseInt(id, 1, id.length(), 10));
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	/**
	 * Returns a list that takes no more room than it has to: nearly all have one element.
	 */
	private static List<NettySubscription> with(@Nullable List<NettySubscription> all, NettySubscription added) {
		if (all == null || all.contains(added)) {
			return (all != null) ? all : List.of(added);
		}
		return Stream.concat(all.stream(), Stream.of(added)).toList();
	}

	private static @Nullable List<NettySubscription> without(List<NettySubscription> all, NettySubscription removed) {
		if (all.size() == 1) {
			return (all.get(0) != removed) ? all : null;
		}
		return all.stream().filter((each) -> each != removed).toList();
	}

	/**
	 * Ends a subscription, which receives on, but does not come back with the connection.
	 * @return whether the server has to be told
	 */
	boolean end(NettySubscription subscription) {
		if (!deactivate(subscription)) {
			return false;
		}
		this.ending.put(subscription.id(), subscription);
		return true;
	}

	private boolean deactivate(NettySubscription subscription) {
		boolean active = this.active.remove(subscription.id()) != null;
		this.bySubject.computeIfPresent(Denial.comparable(subscription.subject()),
				(subject, all) -> without(all, subscription));
		return active;
	}

	void remove(NettySubscription subscription) {
		deactivate(subscription);
		this.ending.remove(subscription.id());
	}

	Collection<NettySubscription> active() {
		return this.active.values();
	}

}
