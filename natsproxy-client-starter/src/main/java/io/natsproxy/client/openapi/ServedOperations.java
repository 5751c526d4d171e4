package io.natsproxy.client.openapi;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.natsproxy.core.subject.PathTemplate;
import io.natsproxy.core.subject.RouteSubjects;
import io.natsproxy.webflux.server.ExposedPaths;
import io.natsproxy.webflux.server.NatsHandler;
import io.natsproxy.webflux.server.NatsRoute;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What of a document is served over NATS: nobody is to be told of operations that are
 * not, nor of what only those refer to.
 */
final class ServedOperations {

	private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "options", "head", "patch",
			"trace");

	/**
	 * Referred to by their names.
	 */
	private static final String SECURITY_SCHEMES = "securitySchemes";

	private static final String REF = "$ref";

	private final Set<String> declared = new HashSet<>();

	private final Set<String> declaredPatterns = new HashSet<>();

	private final @Nullable ExposedPaths exposed;

	private final String basePath;

	/**
	 * Creates the object.
	 * @param basePath what stands before the paths of an exposed application, without a
	 * slash at its end
	 */
	ServedOperations(NatsHandler handler, String basePath) {
		this.exposed = handler.handlers().exposed();
		this.basePath = basePath;
		handler.handlers().methods().keySet().forEach((mapping) -> {
			List<String> methods = mapping.getMethodsCondition().getMethods().stream().map(Enum::name).toList();
			DescribedMethods.patterns(mapping).forEach((pattern) -> declare(methods, pattern));
		});
		for (NatsRoute route : handler.handlers().functionRoutes()) {
			declare(List.copyOf(route.methods()), route.pattern());
		}
	}

	private void declare(List<String> methods, String pattern) {
		String shape = PathTemplate.of(pattern).shape();
		this.declaredPatterns.add(pattern);
		RouteSubjects.methods(methods).forEach((method) -> this.declared.add(method + " " + shape));
	}

	/**
	 * Tells whether a pattern is that of a handler, and not one that exposes some.
	 */
	boolean isDeclared(String pattern) {
		return this.declaredPatterns.contains(pattern);
	}

	/**
	 * Leaves out of a document what is not served.
	 */
	void filter(ObjectNode document) {
		ObjectNode served = document.objectNode();
		document.path("paths").properties().forEach((path) -> {
			PathTemplate template = PathTemplate.of(path.getKey());
			path.getValue().properties().forEach((entry) -> {
				String target = METHODS.contains(entry.getKey()) ? target(entry.getKey(), path.getKey(), template)
						: null;
				if (target != null) {
					ObjectNode item = served.withObjectProperty(target);
					item.set(entry.getKey(), entry.getValue());
					path.getValue()
						.properties()
						.stream()
						.filter((other) -> !METHODS.contains(other.getKey()))
						.forEach((other) -> item.set(other.getKey(), other.getValue()));
				}
			});
		});
		document.set("paths", served);
		if (document.get("components") instanceof ObjectNode components) {
			prune(components, references(served, document));
		}
	}

	/**
	 * Returns the path over NATS of an operation, or {@code null} if it is not served.
	 */
	private @Nullable String target(String method, String path, PathTemplate template) {
		String name = method.equals("head") ? "GET" : method.toUpperCase(Locale.ROOT);
		if (this.declared.contains(name + " " + template.shape())) {
			return template.path();
		}
		String pattern = this.basePath + path;
		return (this.exposed != null && this.exposed.exposes(name, pattern)) ? PathTemplate.of(pattern).path() : null;
	}

	private static void prune(ObjectNode components, Set<String> references) {
		for (Map.Entry<String, JsonNode> kind : List.copyOf(components.properties())) {
			if (!kind.getKey().equals(SECURITY_SCHEMES) && kind.getValue() instanceof ObjectNode named) {
				named.propertyNames()
					.stream()
					.filter((name) -> !references.contains("#/components/" + kind.getKey() + "/" + escaped(name)))
					.toList()
					.forEach(named::remove);
				if (named.isEmpty()) {
					components.remove(kind.getKey());
				}
			}
		}
	}

	private static String escaped(String name) {
		return name.replace("~", "~0").replace("/", "~1");
	}

	/**
	 * Returns all references to components within something, and within those.
	 */
	static Set<String> references(JsonNode from, JsonNode document) {
		Set<String> references = new HashSet<>();
		List<JsonNode> unread = new ArrayList<>(List.of(from));
		while (!unread.isEmpty()) {
			JsonNode next = unread.remove(unread.size() - 1);
			List<JsonNode> found = new ArrayList<>(next.findValues(REF));
			// Of a discriminator, whose values are texts.
			next.findValues("mapping").forEach((mapping) -> mapping.forEach(found::add));
			for (JsonNode reference : found) {
				String target = reference.asString("");
				if (target.startsWith("#/") && references.add(target)) {
					unread.add(document.at(target.substring(1)));
				}
			}
		}
		return references;
	}

}
