package io.natsproxy.gateway.openapi;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.natsproxy.core.subject.PathTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Merges what services tell into one document. Those whose names come first keep their
 * names of components and operations; others are renamed, unless they say the same. An
 * operation that two services tell is that of the first. What has been renamed or left
 * out is said in the extension {@value #CONFLICTS}. To be used once, by one thread.
 */
final class DocumentMerge {

	/**
	 * The extension with all conflicts.
	 */
	static final String CONFLICTS = "x-natsproxy-conflicts";

	/**
	 * The extension of an operation with the service that answers.
	 */
	static final String SERVICE = "x-natsproxy-service";

	/**
	 * The extension with the services that are not described.
	 */
	static final String LEFT_OUT = "x-natsproxy-left-out";

	private static final int MAX_CONFLICTS = 100;

	private static final int MAX_TAG = 200;

	private final ObjectNode document = JsonMapper.shared().createObjectNode();

	private final ObjectNode components = this.document.objectNode();

	/**
	 * The hashes of the components by their kinds and names.
	 */
	private final Map<String, Map<String, String>> hashes = new HashMap<>();

	private final Map<String, PathTemplate> templates = new TreeMap<>();

	private final Map<String, ObjectNode> paths = new TreeMap<>();

	private final Map<String, String> owners = new HashMap<>();

	private final Set<String> operationIds = new HashSet<>();

	/**
	 * The numbers that are tried next where a name is taken.
	 */
	private final Map<String, Integer> numbers = new HashMap<>();

	private final ArrayNode conflicts = this.document.arrayNode();

	private final ArrayNode leftOut = this.document.arrayNode();

	/**
	 * Adds a service. Called in the order of the names.
	 */
	void add(ServiceOperations service) {
		Names names = new Names(service);
		for (ServiceOperations.Operation operation : service.read(names)) {
			add(operation, service.service().name());
		}
		names.copyComponents();
	}

	private void add(ServiceOperations.Operation operation, String service) {
		String shape = operation.template().shape();
		String key = operation.method() + " " + shape;
		String owner = this.owners.putIfAbsent(key, service);
		if (owner != null) {
			conflict("operation", service, key).put("answered-by", owner);
			return;
		}
		PathTemplate template = this.templates.computeIfAbsent(shape, (each) -> operation.template());
		ObjectNode content = operation.content();
		renameVariables(operation.template(), template, content);
		String id = content.path("operationId").asString("");
		if (!id.isEmpty() && !this.operationIds.add(id)) {
			String renamed = unique("operationId", service + "_" + id, this.operationIds);
			this.operationIds.add(renamed);
			content.put("operationId", renamed);
			conflict("operationId", service, id).put("renamed-to", renamed);
		}
		JsonNode tags = content.path("tags");
		if (tags.isEmpty() || tags.path(0).asString("").length() > MAX_TAG) {
			content.putArray("tags").add(service);
		}
		content.put(SERVICE, service);
		this.paths.computeIfAbsent(template.path(), (path) -> this.document.objectNode())
			.set(operation.method(), content);
	}

	/**
	 * Returns a name that is not taken.
	 * @param kind what has the name
	 */
	private String unique(String kind, String wanted, Set<String> taken) {
		String unique = wanted;
		while (taken.contains(unique)) {
			unique = wanted + "_" + (this.numbers.merge(kind + " " + wanted, 1, Integer::sum) + 1);
		}
		return unique;
	}

	/**
	 * Gives the variables of a path the names that another service gave them first.
	 */
	private static void renameVariables(PathTemplate from, PathTemplate to, ObjectNode operation) {
		Map<String, String> names = new HashMap<>();
		for (int i = 0; i < from.variables().size() && i < to.variables().size(); i++) {
			names.put(from.variables().get(i).name(), to.variables().get(i).name());
		}
		for (JsonNode parameter : operation.path("parameters")) {
			String name = names.get(parameter.path("name").asString(""));
			if (name != null && parameter.path("in").asString("").equals("path")) {
				((ObjectNode) parameter).put("name", name);
			}
		}
	}

	private ObjectNode conflict(String kind, String service, String name) {
		ObjectNode conflict = this.document.objectNode();
		conflict.put("kind", kind).put("service", service).put("name", name);
		if (this.conflicts.size() < MAX_CONFLICTS) {
			this.conflicts.add(conflict);
		}
		return conflict;
	}

	/**
	 * Tells of a service that is not described.
	 */
	void leaveOut(String service) {
		if (this.leftOut.size() < MAX_CONFLICTS) {
			this.leftOut.add(service);
		}
	}

	/**
	 * Returns the document, without its servers.
	 * @param info says what it is
	 */
	ObjectNode finish(ObjectNode info) {
		this.document.put("openapi", "3.1.0");
		this.document.set("info", info);
		ObjectNode paths = this.document.putObject("paths");
		this.paths.forEach(paths::set);
		if (!this.components.isEmpty()) {
			this.document.set("components", this.components);
		}
		if (!this.conflicts.isEmpty()) {
			this.document.set(CONFLICTS, this.conflicts);
		}
		if (!this.leftOut.isEmpty()) {
			this.document.set(LEFT_OUT, this.leftOut);
		}
		return this.document;
	}

	/**
	 * The names of the components of one service.
	 */
	private final class Names implements CleanCopy.References {

		private final ServiceOperations service;

		private final Map<ServiceComponents.Key, String> names = new HashMap<>();

		private final Deque<ServiceComponents.Key> uncopied = new ArrayDeque<>();

		Names(ServiceOperations service) {
			this.service = service;
		}

		@Override
		public String referTo(String components, String name) {
			ServiceComponents.Key key = new ServiceComponents.Key(components, name);
			String known = this.names.get(key);
			if (known != null) {
				return known;
			}
			Map<String, String> taken = DocumentMerge.this.hashes.computeIfAbsent(components,
					(each) -> new HashMap<>());
			String hash = this.service.components().hash(key);
			String found = name;
			if (taken.containsKey(name) && !hash.equals(taken.get(name))) {
				String own = this.service.service().name() + "." + name;
				found = hash.equals(taken.get(own)) ? own : unique(components, own, taken.keySet());
				conflict(components, this.service.service().name(), name).put("renamed-to", found);
			}
			if (taken.putIfAbsent(found, hash) == null) {
				this.uncopied.add(key);
			}
			this.names.put(key, found);
			return found;
		}

		void copyComponents() {
			while (!this.uncopied.isEmpty()) {
				ServiceComponents.Key key = this.uncopied.pop();
				String name = this.names.getOrDefault(key, key.name());
				JsonNode copy = this.service.components().copy(key, this);
				DocumentMerge.this.components.withObjectProperty(key.components()).set(name, copy);
			}
		}

	}

}
