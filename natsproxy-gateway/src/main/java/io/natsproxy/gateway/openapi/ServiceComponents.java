package io.natsproxy.gateway.openapi;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.natsproxy.core.discovery.ServiceDocument;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The components of the document of one service: which are whole, with all that they
 * refer to. Not safe for use by several threads.
 */
final class ServiceComponents {

	private static final Map<String, Part> PARTS = new HashMap<>();

	static {
		for (Part part : Part.values()) {
			String components = part.components();
			if (components != null) {
				PARTS.put(components, part);
			}
		}
	}

	private final ObjectNode document;

	private final Map<Key, Component> read = new HashMap<>();

	private final Map<Key, String> hashes = new HashMap<>();

	ServiceComponents(ObjectNode document) {
		this.document = document;
	}

	/**
	 * Copies a part whose references lead to whole components only.
	 * @throws BrokenPartException if it is no such part, or refers to one that is broken
	 */
	JsonNode copy(JsonNode node, Part part, CleanCopy.References references) {
		Set<Key> found = new HashSet<>();
		new CleanCopy(this.document, collecting(found)).copy(node, part);
		requireWhole(found);
		return new CleanCopy(this.document, references).copy(node, part);
	}

	/**
	 * Copies a component that is known to be whole.
	 */
	JsonNode copy(Key key, CleanCopy.References references) {
		return new CleanCopy(this.document, references).copy(node(key), part(key));
	}

	/**
	 * Requires that a component is there and whole, with all that it refers to.
	 * @throws BrokenPartException if it is not
	 */
	void requireWhole(Set<Key> keys) {
		reachable(keys).values().forEach((component) -> {
			if (component.text() == null) {
				throw new BrokenPartException("a component is broken");
			}
		});
	}

	/**
	 * Returns a hash of a component and all that it refers to.
	 */
	String hash(Key key) {
		return this.hashes.computeIfAbsent(key, (each) -> {
			StringBuilder text = new StringBuilder();
			reachable(Set.of(each)).forEach((name, component) -> text.append(name).append(component.text()));
			return ServiceDocument.hash(text.toString().getBytes(StandardCharsets.UTF_8));
		});
	}

	private Map<String, Component> reachable(Set<Key> from) {
		Map<String, Component> reached = new TreeMap<>();
		Deque<Key> unread = new ArrayDeque<>(from);
		while (!unread.isEmpty()) {
			Key key = unread.pop();
			if (!reached.containsKey(key.toString())) {
				Component component = component(key);
				reached.put(key.toString(), component);
				unread.addAll(component.references());
			}
		}
		return reached;
	}

	private Component component(Key key) {
		Component known = this.read.get(key);
		if (known != null) {
			return known;
		}
		Set<Key> references = new HashSet<>();
		String text = null;
		try {
			text = new CleanCopy(this.document, collecting(references)).copy(node(key), part(key)).toString();
		}
		catch (BrokenPartException ex) {
			references.clear();
		}
		Component component = new Component(text, references);
		this.read.put(key, component);
		return component;
	}

	private JsonNode node(Key key) {
		return this.document.path("components").path(key.components()).path(key.name());
	}

	private static Part part(Key key) {
		Part part = PARTS.get(key.components());
		if (part == null) {
			throw new BrokenPartException("there are no such components");
		}
		return part;
	}

	private static CleanCopy.References collecting(Set<Key> target) {
		return (components, name) -> {
			target.add(new Key(components, name));
			return name;
		};
	}

	/**
	 * The place of a component.
	 *
	 * @param components the kind, as documents name it
	 * @param name the name
	 */
	record Key(String components, String name) {

	}

	/**
	 * A component.
	 *
	 * @param text the content, or {@code null} if it is broken
	 * @param references what it refers to
	 */
	private record Component(@Nullable String text, Set<Key> references) {

	}

}
