package io.natsproxy.client.openapi;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.natsproxy.core.discovery.ServiceDescription;
import io.natsproxy.core.discovery.ServiceDocument;
import io.natsproxy.core.subject.PathTemplate;
import io.natsproxy.core.subject.RouteSubjects;
import io.natsproxy.webflux.server.NatsHandler;
import io.natsproxy.webflux.server.NatsRoute;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.core.env.Environment;

/**
 * Completes a document and writes it: with all fields in the order of their names, so
 * that instances of one build have the same.
 */
final class DocumentWriter {

	private static final Logger logger = LoggerFactory.getLogger(DocumentWriter.class);

	/**
	 * The title of springdoc where an application says none.
	 */
	private static final String NO_TITLE = "OpenAPI definition";

	private final JsonMapper mapper = JsonMapper.shared();

	private final String basePath;

	/**
	 * Creates a writer.
	 * @param environment knows the path below which an application is over HTTP
	 */
	DocumentWriter(Environment environment) {
		String path = environment.getProperty("spring.webflux.base-path", "");
		this.basePath = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
	}

	ObjectNode newDocument() {
		return this.mapper.createObjectNode().put("openapi", "3.1.0");
	}

	/**
	 * Writes a document.
	 * @param document the document, which is changed
	 * @return the document, or {@code null} where it has no operations, or is too long
	 */
	@Nullable ServiceDocument write(ObjectNode document, ServiceDescription service, NatsHandler handler) {
		ServedOperations served = new ServedOperations(handler, this.basePath);
		served.filter(document);
		// Of the service, which has none; gateways know theirs.
		document.remove("servers");
		if (document.path("paths").isEmpty()) {
			return null;
		}
		ObjectNode info = document.withObject("info");
		String title = info.path("title").asString("");
		if (title.isEmpty() || title.equals(NO_TITLE)) {
			info.put("title", service.name()).put("version", service.version());
		}
		if (!info.has("description") && !service.description().isEmpty()) {
			info.put("description", service.description());
		}
		JsonNode sorted = sorted(document);
		byte[] content = this.mapper.writeValueAsBytes(sorted);
		if (content.length > ServiceDocument.MAX_LENGTH) {
			logger.warn("The OpenAPI document of service '{}' has {} bytes and is not told: the limit is {}",
					service.name(), content.length, ServiceDocument.MAX_LENGTH);
			return null;
		}
		return new ServiceDocument(content, schemas(sorted,
				handler.routes().stream().filter((route) -> served.isDeclared(route.pattern())).toList()));
	}

	private JsonNode sorted(JsonNode node) {
		if (node instanceof ObjectNode object) {
			ObjectNode sorted = this.mapper.createObjectNode();
			new TreeSet<>(object.propertyNames()).forEach((name) -> sorted.set(name, sorted(object.path(name))));
			return sorted;
		}
		if (node instanceof ArrayNode array) {
			ArrayNode sorted = this.mapper.createArrayNode();
			array.forEach((each) -> sorted.add(sorted(each)));
			return sorted;
		}
		return node;
	}

	/**
	 * Returns hashes of the operations, each with the components that it refers to.
	 */
	private Map<String, String> schemas(JsonNode document, List<NatsRoute> routes) {
		Map<String, JsonNode> pathsByShape = new HashMap<>();
		document.path("paths")
			.properties()
			.forEach((path) -> pathsByShape.put(PathTemplate.of(path.getKey()).shape(), path.getValue()));
		Map<String, String> schemas = new HashMap<>();
		for (NatsRoute route : routes) {
			JsonNode path = pathsByShape.get(PathTemplate.of(route.pattern()).shape());
			for (String method : RouteSubjects.methods(route.methods())) {
				JsonNode operation = (path != null) ? path.get(method.toLowerCase(Locale.ROOT)) : null;
				if (operation != null) {
					schemas.put(ServiceDocument.key(method, route.pattern()), schema(operation, document));
				}
			}
		}
		return schemas;
	}

	private String schema(JsonNode operation, JsonNode document) {
		Set<String> references = new TreeSet<>(ServedOperations.references(operation, document));
		ArrayNode all = this.mapper.createArrayNode().add(operation);
		references.forEach((reference) -> all.add(reference).add(document.at(reference.substring(1))));
		return ServiceDocument.hash(this.mapper.writeValueAsBytes(all));
	}

}
