package io.natsproxy.broker;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * All subscriptions, as a tree over the tokens of their subjects. Matching takes no lock;
 * changes take one, and are seen by every match that begins after they returned.
 */
final class SubscriptionIndex {

	private static final Subscription[] NONE = {};

	private final Node root = new Node();

	private int size;

	synchronized void add(Subscription subscription) {
		Node node = this.root;
		for (String token : subscription.subject().split("\\.", -1)) {
			node = node.children.computeIfAbsent(token, (key) -> new Node());
		}
		node.add(subscription);
		this.size++;
	}

	/**
	 * Removes a subscription, if it is there.
	 */
	synchronized void remove(Subscription subscription) {
		String[] tokens = subscription.subject().split("\\.", -1);
		Node[] path = new Node[tokens.length + 1];
		path[0] = this.root;
		for (int i = 0; i < tokens.length; i++) {
			Node next = path[i].children.get(tokens[i]);
			if (next == null) {
				return;
			}
			path[i + 1] = next;
		}
		if (!path[tokens.length].remove(subscription)) {
			return;
		}
		this.size--;
		for (int i = tokens.length; i > 0 && path[i].isEmpty(); i--) {
			path[i - 1].children.remove(tokens[i - 1]);
		}
	}

	synchronized int size() {
		return this.size;
	}

	/**
	 * Returns the subscriptions that match a subject. A subject with an empty token has
	 * none; wildcards in it stand for themselves.
	 */
	Matches match(String subject) {
		Matches matches = new Matches();
		if (!Subjects.hasEmptyToken(subject)) {
			match(this.root, subject, 0, matches);
		}
		return matches;
	}

	private static void match(Node node, String subject, int start, Matches matches) {
		Node tail = node.children.get(Subjects.ANY_TAIL);
		if (tail != null) {
			tail.addTo(matches);
		}
		int dot = subject.indexOf('.', start);
		String token = (dot >= 0) ? subject.substring(start, dot) : subject.substring(start);
		Node any = node.children.get(Subjects.ANY_TOKEN);
		if (any != null) {
			descend(any, subject, dot, matches);
		}
		boolean wildcard = token.equals(Subjects.ANY_TOKEN) || token.equals(Subjects.ANY_TAIL);
		Node literal = wildcard ? null : node.children.get(token);
		if (literal != null) {
			descend(literal, subject, dot, matches);
		}
	}

	private static void descend(Node node, String subject, int dot, Matches matches) {
		if (dot >= 0) {
			match(node, subject, dot + 1, matches);
		}
		else {
			node.addTo(matches);
		}
	}

	/**
	 * The arrays are replaced and never changed, under the lock of the index.
	 */
	private static final class Node {

		private final Map<String, Node> children = new ConcurrentHashMap<>(4);

		private volatile Subscription[] plain = NONE;

		private volatile @Nullable Map<String, Subscription[]> queues;

		void add(Subscription subscription) {
			String queue = subscription.queue();
			if (queue == null) {
				this.plain = with(this.plain, subscription);
				return;
			}
			Map<String, Subscription[]> queues = this.queues;
			if (queues == null) {
				queues = new ConcurrentHashMap<>(4);
				this.queues = queues;
			}
			queues.put(queue, with(queues.getOrDefault(queue, NONE), subscription));
		}

		boolean remove(Subscription subscription) {
			String queue = subscription.queue();
			Map<String, Subscription[]> queues = this.queues;
			if (queue == null) {
				Subscription[] before = this.plain;
				this.plain = without(before, subscription);
				return this.plain.length < before.length;
			}
			if (queues == null) {
				return false;
			}
			Subscription[] before = queues.getOrDefault(queue, NONE);
			Subscription[] after = without(before, subscription);
			if (after.length > 0) {
				queues.put(queue, after);
			}
			else {
				queues.remove(queue);
			}
			return after.length < before.length;
		}

		boolean isEmpty() {
			Map<String, Subscription[]> queues = this.queues;
			return this.plain.length == 0 && (queues == null || queues.isEmpty()) && this.children.isEmpty();
		}

		void addTo(Matches matches) {
			matches.addPlain(this.plain);
			Map<String, Subscription[]> queues = this.queues;
			if (queues != null) {
				queues.forEach(matches::addQueue);
			}
		}

		private static Subscription[] with(Subscription[] subscriptions, Subscription added) {
			Subscription[] result = Arrays.copyOf(subscriptions, subscriptions.length + 1);
			result[subscriptions.length] = added;
			return result;
		}

		private static Subscription[] without(Subscription[] subscriptions, Subscription removed) {
			for (int i = 0; i < subscriptions.length; i++) {
				if (subscriptions[i] == removed) {
					Subscription[] result = new Subscription[subscriptions.length - 1];
					System.arraycopy(subscriptions, 0, result, 0, i);
					System.arraycopy(subscriptions, i + 1, result, i, result.length - i);
					return result;
				}
			}
			return subscriptions;
		}

	}

}
