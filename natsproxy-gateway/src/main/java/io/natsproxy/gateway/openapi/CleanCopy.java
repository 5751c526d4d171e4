package io.natsproxy.gateway.openapi;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Copies parts of a document of anybody with the fields only that they may have, each of
 * the kind that it has to be. References lead to components of the same document, and are
 * renamed on the way. Not safe for use by several threads.
 */
final class CleanCopy {

	private static final String REF = "$ref";

	private static final String PREFIX = "#/components/";

	private static final Pattern STATUS = Pattern.compile("[1-5]([0-9]{2}|XX)|default");

	/**
	 * Names of components.
	 */
	static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,200}");

	private static final Set<String> TYPES = Set.of("null", "boolean", "object", "array", "number", "string",
			"integer");

	private static final Set<String> STYLES = Set.of("matrix", "label", "simple", "form", "spaceDelimited",
			"pipeDelimited", "deepObject");

	/**
	 * What a security scheme has to have, by its type.
	 */
	private static final Map<String, List<String>> SCHEMES = Map.of("apiKey", List.of("name", "in"), "http",
			List.of("scheme"), "mutualTLS", List.of(), "oauth2", List.of("flows"), "openIdConnect",
			List.of("openIdConnectUrl"));

	private final ObjectNode document;

	private final References references;

	private final CopyBudget budget;

	/**
	 * Creates a copier.
	 * @param document has the components
	 * @param references takes the references
	 * @param budget bounds what is copied
	 */
	CleanCopy(ObjectNode document, References references, CopyBudget budget) {
		this.document = document;
		this.references = references;
		this.budget = budget;
	}

	/**
	 * Copies a part.
	 * @throws BrokenPartException if it is no such part
	 * @throws CopyBudget.SpentBudgetException if it takes more than there is
	 */
	JsonNode copy(JsonNode node, Part part) {
		if (part == Part.DATA || part == Part.TYPE) {
			this.budget.spend(CopyBudget.weight(node));
		}
		else {
			this.budget.spendNode(node);
		}
		return switch (part) {
			case TEXT -> require(node, node.isString());
			case FLAG -> require(node, node.isBoolean());
			case NUMBER -> require(node, node.isNumber());
			case TYPE -> require(node, isType(node)
					|| (node.isArray() && !node.isEmpty() && node.valueStream().allMatch(CleanCopy::isType)));
			case STYLE -> require(node, STYLES.contains(node.asString("")));
			case DATA -> node;
			default -> copyObject(node, part);
		};
	}

	private static boolean isType(JsonNode node) {
		return node.isString() && TYPES.contains(node.asString());
	}

	private static JsonNode require(JsonNode node, boolean condition) {
		if (!condition) {
			throw new BrokenPartException("a value has another kind");
		}
		return node;
	}

	private JsonNode copyObject(JsonNode node, Part part) {
		if (part == Part.SCHEMA && node.isBoolean()) {
			return node;
		}
		if (!(node instanceof ObjectNode object)) {
			throw new BrokenPartException("there is no object where one is expected");
		}
		String components = part.components();
		if (object.has(REF) && components != null) {
			return copyReference(object, part, components);
		}
		return copyFields(object, part);
	}

	private JsonNode copyReference(ObjectNode object, Part part, String components) {
		String target = object.path(REF).asString("");
		this.budget.spend(CopyBudget.NODE + target.length());
		JsonNode found = component(target, components);
		if (found == null) {
			throw new BrokenPartException("a reference leads nowhere");
		}
		if (part == Part.PARAMETER) {
			if (found.has(REF)) {
				throw new BrokenPartException("a reference leads to a reference");
			}
			return copy(found, part);
		}
		String renamed = this.references.referTo(components, target.substring(target.lastIndexOf('/') + 1));
		ObjectNode copy = object.objectNode().put(REF, PREFIX + components + "/" + renamed);
		if (part == Part.SCHEMA && object.size() > 1) {
			ObjectNode beside = copyFields(object, part);
			copy.setAll(beside);
		}
		return copy;
	}

	/**
	 * Finds a component.
	 * @param target the reference
	 * @param components where it has to stand
	 */
	private @Nullable JsonNode component(String target, String components) {
		String prefix = PREFIX + components + "/";
		if (!target.startsWith(prefix)) {
			return null;
		}
		String name = target.substring(prefix.length());
		return NAME.matcher(name).matches() ? this.document.path("components").path(components).get(name) : null;
	}

	private ObjectNode copyFields(ObjectNode object, Part part) {
		ObjectNode copy = object.objectNode();
		// What is left out takes a step, too.
		this.budget.spend(object.size());
		for (Map.Entry<String, JsonNode> entry : object.properties()) {
			Part.Field field = part.field(entry.getKey());
			if (field != null) {
				copy.set(entry.getKey(), switch (field.shape()) {
					case ONE -> copy(entry.getValue(), field.part());
					case LIST -> copyList(entry.getValue(), field.part());
					case MAP -> copyMap(entry.getValue(), part, field.part());
				});
			}
		}
		if (part == Part.RESPONSE && !copy.has("description")) {
			copy.put("description", "");
		}
		if (part == Part.SECURITY_SCHEME) {
			List<String> required = SCHEMES.get(copy.path("type").asString(""));
			require(copy, required != null && required.stream().allMatch(copy::has));
		}
		return copy;
	}

	private ArrayNode copyList(JsonNode node, Part part) {
		if (!(node instanceof ArrayNode list)) {
			throw new BrokenPartException("there is no list where one is expected");
		}
		ArrayNode copy = list.arrayNode();
		list.forEach((each) -> copy.add(copy(each, part)));
		return copy;
	}

	private ObjectNode copyMap(JsonNode node, Part owner, Part part) {
		if (!(node instanceof ObjectNode map)) {
			throw new BrokenPartException("there is no object where one is expected");
		}
		ObjectNode copy = map.objectNode();
		for (Map.Entry<String, JsonNode> entry : map.properties()) {
			String name = entry.getKey();
			this.budget.spend(CopyBudget.NODE + name.length());
			if (owner == Part.DISCRIMINATOR) {
				String target = entry.getValue().asString("");
				String reference = target.contains("/") ? target : PREFIX + "schemas/" + target;
				if (component(reference, "schemas") != null) {
					copy.put(name, PREFIX + "schemas/"
							+ this.references.referTo("schemas", reference.substring(reference.lastIndexOf('/') + 1)));
				}
			}
			else if (part != Part.RESPONSE || STATUS.matcher(name).matches()) {
				copy.set(name, copy(entry.getValue(), part));
			}
		}
		return copy;
	}

	/**
	 * Takes the references that are met.
	 */
	@FunctionalInterface
	interface References {

		/**
		 * Takes a reference to a component that exists.
		 * @param components where it stands
		 * @param name its name
		 * @return the name that it has in the copy
		 */
		String referTo(String components, String name);

	}

}
