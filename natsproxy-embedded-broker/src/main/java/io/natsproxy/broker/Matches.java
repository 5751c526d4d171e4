package io.natsproxy.broker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The subscriptions that match one subject: the plain ones, of which each gets the
 * message, and the members of every queue group, of which one does, whatever patterns
 * they subscribed with.
 */
final class Matches {

	private final List<Subscription> plain = new ArrayList<>(2);

	private @Nullable Map<String, List<Subscription>> queues;

	void addPlain(Subscription[] subscriptions) {
		this.plain.addAll(Arrays.asList(subscriptions));
	}

	void addQueue(String name, Subscription[] members) {
		if (this.queues == null) {
			this.queues = new LinkedHashMap<>(4);
		}
		this.queues.computeIfAbsent(name, (key) -> new ArrayList<>(members.length)).addAll(Arrays.asList(members));
	}

	List<Subscription> plain() {
		return this.plain;
	}

	Collection<List<Subscription>> queues() {
		return (this.queues != null) ? this.queues.values() : List.of();
	}

}
