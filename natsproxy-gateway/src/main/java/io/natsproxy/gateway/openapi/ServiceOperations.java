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

	/**
	 * Most operations of a document that are looked at.
	 */
	static final int MAX_READ = 10_000;

	/**
	 * How many times the weight of a document may be looked at, and copied.
	 */
	private static final int STEPS = 8;

	private static final int COPIES = 4;

	private final ServiceContent service;

	private final @Nullable ServiceComponents components;

	private final long weight;

	private CopyBudget steps;

	private CopyBudget kept;

	private int left;

	private int broken;

	ServiceOperations(ServiceContent service) {
		this.service = service;
		ObjectNode document = service.document();
		this.weight = (document != null) ? CopyBudget.weight(document) : 0;
		this.steps = new CopyBudget(this.weight, STEPS);
		this.kept = new CopyBudget(this.weight, COPIES);
		this.components = (document != null) ? new ServiceComponents(document, this.steps, this.kept) : null;
	}

	ServiceContent service() {
		return this.service;
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
	 * Returns the weight of what has been copied since the operations were read last.
	 */
	long kept() {
		return this.kept.spent();
	}

	/**
	 * Reads the operations, with a new budget.
	 * @param references takes the references of those that are read
	 * @throws CopyBudget.SpentBudgetException if copying them takes many times what the
	 * document has
	 */
	List<Operation> read(CleanCopy.References references) {
		this.left = 0;
		this.broken = 0;
		this.steps = new CopyBudget(this.weight, STEPS);
		this.kept = new CopyBudget(this.weight, COPIES);
		if (this.components != null) {
			this.components.renew(this.steps, this.kept);
		}
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
		Security shared = new Security(document.path(SECURITY));
		int looked = 0;
		for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
			for (Map.Entry<String, JsonNode> entry : path.getValue().properties()) {
				if (++looked > MAX_READ) {
					this.left++;
					return operations;
				}
				String method = entry.getKey().toUpperCase(Locale.ROOT);
				if (!entry.getKey().equals(lower(method)) || entry.getKey().equals("head")
						|| !(entry.getValue() instanceof ObjectNode operation)) {
					continue;
				}
				if (operations.size() >= ToldEndpoints.MAX_ROUTES
						|| !this.service.endpoints().include(method, path.getKey(), this.steps)) {
					this.left += isMethod(method) ? 1 : 0;
					continue;
				}
				PathTemplate template = PathTemplate.of(path.getKey());
				operations.add(new Operation(entry.getKey(), template,
						read(method, template, operation, path.getValue().path(PARAMETERS), shared, references)));
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

	private ObjectNode read(String method, PathTemplate template, ObjectNode operation, JsonNode shared, Security ofAll,
			CleanCopy.References references) {
		try {
			ObjectNode whole = operation.objectNode();
			whole.setAll(operation);
			whole.set(PARAMETERS, distinct(operation.path(PARAMETERS), shared));
			JsonNode security = whole.remove(SECURITY);
			Security own = (security != null) ? new Security(security) : ofAll;
			own.requireWhole();
			ObjectNode copy = (ObjectNode) components().copy(whole, Part.OPERATION, references);
			copy.set(PARAMETERS, parameters(copy.path(PARAMETERS), template));
			if (copy.path("responses").isEmpty()) {
				copy.putObject("responses").putObject("default").put("description", "");
			}
			own.addTo(copy, references);
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
	 * Returns the parameters of an operation and then those of its path, of which the
	 * first of a name counts, each reference once.
	 */
	private ArrayNode distinct(JsonNode own, JsonNode shared) {
		if (!own.isMissingNode() && !own.isArray()) {
			throw new BrokenPartException("there is no list where one is expected");
		}
		ArrayNode all = JsonMapper.shared().createArrayNode();
		Set<String> references = new HashSet<>();
		for (JsonNode list : shared.isArray() ? List.of(own, shared) : List.of(own)) {
			this.steps.spend(list.size());
			for (JsonNode each : list) {
				JsonNode reference = each.get("$ref");
				if (reference == null || references.add(reference.asString(""))) {
					all.add(each);
				}
			}
		}
		return all;
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
	 * An operation.
	 *
	 * @param method the method, in lower case
	 * @param template the path
	 * @param content the operation itself
	 */
	record Operation(String method, PathTemplate template, ObjectNode content) {

	}

	/**
	 * What the security of operations requires. That of all operations is checked once.
	 */
	private final class Security {

		private static final int MAX_REQUIREMENTS = 32;

		private static final int MAX_SCOPES = 256;

		private final JsonNode requirements;

		private @Nullable Boolean whole;

		Security(JsonNode requirements) {
			this.requirements = requirements;
		}

		void requireWhole() {
			if (this.whole == null) {
				this.whole = isWhole();
			}
			if (!this.whole) {
				throw new BrokenPartException("a security requirement is none, or there is no such scheme");
			}
		}

		private boolean isWhole() {
			if (this.requirements.isMissingNode()) {
				return true;
			}
			if (!this.requirements.isArray() || this.requirements.size() > MAX_REQUIREMENTS) {
				return false;
			}
			Set<ServiceComponents.Key> keys = new HashSet<>();
			for (JsonNode requirement : this.requirements) {
				// None of these can be left out: the others would say that less is
				// required.
				if (!requirement.isObject() || requirement.size() > MAX_REQUIREMENTS) {
					return false;
				}
				for (Map.Entry<String, JsonNode> scheme : requirement.properties()) {
					if (!CleanCopy.NAME.matcher(scheme.getKey()).matches() || !isScopes(scheme.getValue())) {
						return false;
					}
					keys.add(new ServiceComponents.Key(SECURITY_SCHEMES, scheme.getKey()));
				}
			}
			try {
				components().requireWhole(keys);
				return true;
			}
			catch (BrokenPartException ex) {
				return false;
			}
		}

		private static boolean isScopes(JsonNode scopes) {
			return scopes.isArray() && scopes.size() <= MAX_SCOPES && scopes.valueStream()
				.allMatch((scope) -> scope.isString() && scope.asString().length() <= MAX_SCOPES);
		}

		void addTo(ObjectNode operation, CleanCopy.References references) {
			if (this.requirements.isMissingNode()) {
				return;
			}
			ServiceOperations.this.kept.spend(CopyBudget.weight(this.requirements));
			ArrayNode copy = operation.putArray(SECURITY);
			for (JsonNode requirement : this.requirements) {
				ObjectNode renamed = copy.addObject();
				requirement.properties()
					.forEach((scheme) -> renamed.set(references.referTo(SECURITY_SCHEMES, scheme.getKey()),
							scheme.getValue()));
			}
		}

	}

}
