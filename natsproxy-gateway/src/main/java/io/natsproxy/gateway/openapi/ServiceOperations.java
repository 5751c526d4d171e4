package io.natsproxy.gateway.openapi;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.natsproxy.core.subject.PathTemplate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The operations of one service: those of its document that it also tells on discovery;
 * where one of them is broken, what discovery tells; and where there is no document, all
 * routes so. Not safe for use by several threads.
 */
final class ServiceOperations {

	private static final Set<String> PLACES = Set.of("path", "query", "header", "cookie");

	private static final Set<String> NO_ROUTE_OF_ITS_OWN = Set.of("OPTIONS", "TRACE");

	private static final String PARAMETERS = "parameters";

	private static final String SECURITY = "security";

	private static final String SECURITY_SCHEMES = "securitySchemes";

	private final ServiceContent service;

	private final @Nullable ServiceComponents components;

	private int left;

	private int broken;

	ServiceOperations(ServiceContent service) {
		this.service = service;
		this.components = (service.document() != null) ? new ServiceComponents(service.document()) : null;
	}

	ServiceContent service() {
		return this.service;
	}

	private ObjectNode document() {
		ObjectNode document = this.service.document();
		if (document == null) {
			throw new IllegalStateException("The service has no document");
		}
		return document;
	}

	/**
	 * Returns the components of the document.
	 */
	ServiceComponents components() {
		if (this.components == null) {
			throw new IllegalStateException("The service has no document");
		}
		return this.components;
	}

	/**
	 * Returns how many operations of the document are left out, since the service does
	 * not listen for them.
	 */
	int left() {
		return this.left;
	}

	/**
	 * Returns how many operations of the document are described by what discovery tells,
	 * since they are broken.
	 */
	int broken() {
		return this.broken;
	}

	/**
	 * Reads the operations.
	 * @param references takes the references of those that are read
	 */
	List<Operation> read(CleanCopy.References references) {
		this.left = 0;
		this.broken = 0;
		List<Operation> operations = new ArrayList<>();
		ObjectNode document = this.service.document();
		if (document == null) {
			for (ToldEndpoints.Route route : this.service.endpoints().routes()) {
				if (!NO_ROUTE_OF_ITS_OWN.contains(route.method())) {
					operations.add(new Operation(lower(route.method()), route.template(), PlainOperation.of(route)));
				}
			}
			return operations;
		}
		for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
			for (Map.Entry<String, JsonNode> entry : path.getValue().properties()) {
				String method = entry.getKey().toUpperCase(Locale.ROOT);
				if (!entry.getKey().equals(lower(method)) || entry.getKey().equals("head")
						|| !(entry.getValue() instanceof ObjectNode operation)) {
					continue;
				}
				if (operations.size() >= ToldEndpoints.MAX_ROUTES
						|| !this.service.endpoints().include(method, path.getKey())) {
					this.left += isMethod(method) ? 1 : 0;
					continue;
				}
				PathTemplate template = PathTemplate.of(path.getKey());
				operations.add(new Operation(entry.getKey(), template,
						read(method, template, operation, path.getValue().path(PARAMETERS), references)));
			}
		}
		return operations;
	}

	private static boolean isMethod(String name) {
		return ToldEndpoints.METHODS.contains(name);
	}

	private static String lower(String method) {
		return method.toLowerCase(Locale.ROOT);
	}

	private ObjectNode read(String method, PathTemplate template, ObjectNode operation, JsonNode shared,
			CleanCopy.References references) {
		try {
			ObjectNode whole = operation.deepCopy();
			addShared(shared, whole);
			JsonNode security = whole.has(SECURITY) ? whole.path(SECURITY) : document().path(SECURITY);
			whole.remove(SECURITY);
			requireSchemes(security);
			ObjectNode copy = (ObjectNode) components().copy(whole, Part.OPERATION, references);
			copy.set(PARAMETERS, parameters(copy.path(PARAMETERS), template));
			if (copy.path("responses").isEmpty()) {
				copy.putObject("responses").putObject("default").put("description", "");
			}
			addSecurity(security, references, copy);
			return copy;
		}
		catch (BrokenPartException ex) {
			this.broken++;
			ToldEndpoints.Route route = this.service.endpoints().find(method, template);
			return PlainOperation
				.of((route != null) ? route : new ToldEndpoints.Route(method, template.path(), template, Map.of()));
		}
	}

	/**
	 * Adds parameters that all operations of a path have.
	 */
	private static void addShared(JsonNode shared, ObjectNode operation) {
		if (shared instanceof ArrayNode list) {
			ArrayNode all = operation.arrayNode();
			// The first of a name counts: the operation's own.
			operation.path(PARAMETERS).forEach(all::add);
			list.forEach(all::add);
			operation.set(PARAMETERS, all);
		}
	}

	/**
	 * Returns parameters that are whole, each once, and all that the path has.
	 */
	private static ArrayNode parameters(JsonNode copied, PathTemplate template) {
		ArrayNode parameters = JsonMapper.shared().createArrayNode();
		Set<String> names = new HashSet<>();
		Set<String> variables = new HashSet<>();
		template.variables().forEach((variable) -> variables.add(variable.name()));
		for (JsonNode each : copied) {
			ObjectNode parameter = (ObjectNode) each;
			String place = parameter.path("in").asString("");
			String name = parameter.path("name").asString("");
			if (!PLACES.contains(place) || name.isEmpty()) {
				throw new BrokenPartException("a parameter has no name, or is nowhere");
			}
			if (place.equals("path")) {
				name = name.replaceAll("[^A-Za-z0-9_.-]", "_");
				parameter.put("name", name).put("required", true);
				if (!variables.contains(name)) {
					continue;
				}
			}
			if (!parameter.has("schema") && parameter.path("content").size() != 1) {
				parameter.remove("content");
				parameter.putObject("schema");
			}
			else if (parameter.has("schema")) {
				parameter.remove("content");
			}
			if (names.add(place + " " + name)) {
				parameters.add(parameter);
			}
		}
		for (PathTemplate.Variable variable : template.variables()) {
			if (names.add("path " + variable.name())) {
				PlainOperation.addVariable(variable, parameters);
			}
		}
		return parameters;
	}

	/**
	 * Requires that all schemes are there.
	 */
	private void requireSchemes(JsonNode security) {
		Set<ServiceComponents.Key> keys = new HashSet<>();
		for (JsonNode requirement : security) {
			for (Map.Entry<String, JsonNode> scheme : requirement.properties()) {
				if (!scheme.getValue().isArray()) {
					throw new BrokenPartException("a security requirement has no list of scopes");
				}
				keys.add(new ServiceComponents.Key(SECURITY_SCHEMES, scheme.getKey()));
			}
		}
		components().requireWhole(keys);
	}

	private static void addSecurity(JsonNode security, CleanCopy.References references, ObjectNode operation) {
		if (!security.isArray()) {
			return;
		}
		ArrayNode copy = operation.putArray(SECURITY);
		for (JsonNode requirement : security) {
			ObjectNode renamed = copy.addObject();
			requirement.properties()
				.forEach((scheme) -> renamed.set(references.referTo(SECURITY_SCHEMES, scheme.getKey()),
						texts(scheme.getValue(), renamed.arrayNode())));
		}
	}

	private static ArrayNode texts(JsonNode list, ArrayNode target) {
		list.forEach((each) -> target.add(each.asString("")));
		return target;
	}

	/**
	 * An operation.
	 *
	 * @param method the method, in lower case
	 * @param template the path
	 * @param content the operation itself
	 */
	record Operation(String method, PathTemplate template, ObjectNode content) {

	}

}
