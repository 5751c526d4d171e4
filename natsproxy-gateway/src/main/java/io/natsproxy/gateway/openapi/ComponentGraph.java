package io.natsproxy.gateway.openapi;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

import io.natsproxy.core.discovery.ServiceDocument;
import org.jspecify.annotations.Nullable;

/**
 * Hashes components with all that they refer to, each once, in a time that grows with
 * their number and that of their references only. Components that refer to each other in
 * a circle are hashed together (Tarjan's strongly connected components, without
 * recursion). Not safe for use by several threads.
 */
final class ComponentGraph {

	private final Function<ServiceComponents.Key, Component> reader;

	private final Map<ServiceComponents.Key, Node> nodes = new HashMap<>();

	/**
	 * The components that are in no finished circle yet.
	 */
	private final Deque<Node> open = new ArrayDeque<>();

	/**
	 * Creates the graph.
	 * @param reader reads a component
	 */
	ComponentGraph(Function<ServiceComponents.Key, Component> reader) {
		this.reader = reader;
	}

	/**
	 * Returns the hash of a component and of all that it refers to.
	 * @return the hash, or {@code null} if one of these is broken
	 */
	@Nullable String hash(ServiceComponents.Key key) {
		Node known = this.nodes.get(key);
		return ((known != null) ? known : resolve(key)).hash;
	}

	private Node resolve(ServiceComponents.Key key) {
		Deque<Node> path = new ArrayDeque<>();
		try {
			Node first = enter(key);
			path.push(first);
			while (!path.isEmpty()) {
				Node node = path.element();
				if (node.next < node.component.references().size()) {
					ServiceComponents.Key reference = node.component.references().get(node.next++);
					Node target = this.nodes.get(reference);
					if (target == null) {
						path.push(enter(reference));
					}
					else if (target.open) {
						node.low = Math.min(node.low, target.index);
					}
				}
				else {
					path.pop();
					if (!path.isEmpty()) {
						path.element().low = Math.min(path.element().low, node.low);
					}
					if (node.low == node.index) {
						close(node);
					}
				}
			}
			return first;
		}
		finally {
			// What is not finished is not known.
			this.open.forEach((each) -> this.nodes.remove(each.key));
			this.open.clear();
		}
	}

	private Node enter(ServiceComponents.Key key) {
		Node node = new Node(key, this.reader.apply(key), this.nodes.size());
		this.nodes.put(key, node);
		this.open.push(node);
		return node;
	}

	/**
	 * Hashes a circle of components, or a single one.
	 * @param first the one that was entered first
	 */
	private void close(Node first) {
		Set<Node> circle = new HashSet<>();
		Node node;
		do {
			node = this.open.pop();
			node.open = false;
			circle.add(node);
		}
		while (node != first);
		TreeSet<String> hashes = new TreeSet<>();
		for (Node each : circle) {
			String own = each.component.hash();
			if (own == null) {
				return;
			}
			hashes.add(own);
		}
		for (Node each : circle) {
			for (ServiceComponents.Key reference : each.component.references()) {
				Node target = this.nodes.get(reference);
				if (target != null && !circle.contains(target)) {
					if (target.hash == null) {
						return;
					}
					hashes.add(target.hash);
				}
			}
		}
		String common = String.join(" ", hashes);
		String digest = ServiceDocument.hash(common.getBytes(StandardCharsets.UTF_8));
		for (Node each : circle) {
			each.hash = ServiceDocument.hash((each.key + digest).getBytes(StandardCharsets.UTF_8));
		}
	}

	/**
	 * A component as it is read.
	 *
	 * @param hash the hash of the component alone, or {@code null} if it is broken
	 * @param references what it refers to
	 */
	record Component(@Nullable String hash, List<ServiceComponents.Key> references) {

	}

	/**
	 * A component in the graph.
	 */
	private static final class Node {

		private final ServiceComponents.Key key;

		private final Component component;

		private final int index;

		private int low;

		private int next;

		private boolean open = true;

		private @Nullable String hash;

		Node(ServiceComponents.Key key, Component component, int index) {
			this.key = key;
			this.component = component;
			this.index = index;
			this.low = index;
		}

	}

}
