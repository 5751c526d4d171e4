package io.natsproxy.gateway.openapi;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.natsproxy.core.discovery.ServiceDocument;
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

	/**
	 * Most references of which each leads to the next; those in circles have no end.
	 */
	private static final int MAX_CHAIN = 16;

	private final ObjectNode document;

	private final ComponentGraph graph = new ComponentGraph(this::read);

	private CopyBudget steps;

	private CopyBudget kept;

	/**
	 * Creates the components.
	 * @param document the document of the service
	 * @param steps bounds what is read
	 * @param kept bounds what is copied
	 */
	ServiceComponents(ObjectNode document, CopyBudget steps, CopyBudget kept) {
		this.document = document;
		this.steps = steps;
		this.kept = kept;
	}

	/**
	 * Takes other budgets.
	 */
	void renew(CopyBudget steps, CopyBudget kept) {
		this.steps = steps;
		this.kept = kept;
	}

	/**
	 * Copies a part whose references lead to whole components only.
	 * @throws BrokenPartException if it is no such part, or refers to one that is broken
	 */
	JsonNode copy(JsonNode node, Part part, CleanCopy.References references) {
		Set<Key> found = new HashSet<>();
		new CleanCopy(this.document, collecting(found), this.steps).copy(node, part);
		requireWhole(found);
		return new CleanCopy(this.document, references, this.kept).copy(node, part);
	}

	/**
	 * Copies a component that is known to be whole.
	 */
	JsonNode copy(Key key, CleanCopy.References references) {
		return new CleanCopy(this.document, references, this.kept).copy(node(key), part(key));
	}

	/**
	 * Requires that a component is there and whole, with all that it refers to.
	 * @throws BrokenPartException if it is not
	 */
	void requireWhole(Set<Key> keys) {
		for (Key key : keys) {
			if (this.graph.hash(key) == null) {
				throw new BrokenPartException("a component is broken");
			}
		}
	}

	/**
	 * Returns a hash of a component that is whole and all that it refers to.
	 */
	String hash(Key key) {
		String hash = this.graph.hash(key);
		if (hash == null) {
			throw new BrokenPartException("a component is broken");
		}
		return hash;
	}

	private ComponentGraph.Component read(Key key) {
		Set<Key> references = new LinkedHashSet<>();
		try {
			requireEnd(key);
			JsonNode copy = new CleanCopy(this.document, collecting(references), this.steps).copy(node(key), part(key));
			String text = key + copy.toString();
			return new ComponentGraph.Component(ServiceDocument.hash(text.getBytes(StandardCharsets.UTF_8)),
					List.copyOf(references));
		}
		catch (BrokenPartException ex) {
			return new ComponentGraph.Component(null, List.of());
		}
	}

	/**
	 * Requires that a component which is a reference leads to one that is none.
	 */
	private void requireEnd(Key key) {
		JsonNode node = node(key);
		for (int i = 0; node.has("$ref"); i++) {
			if (i == MAX_CHAIN) {
				throw new BrokenPartException("references lead from one to the next");
			}
			String target = node.path("$ref").asString("");
			node = node(new Key(key.components(), target.substring(target.lastIndexOf('/') + 1)));
		}
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

}
