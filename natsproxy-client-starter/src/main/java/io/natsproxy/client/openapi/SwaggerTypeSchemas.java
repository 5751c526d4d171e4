package io.natsproxy.client.openapi;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.converter.ResolvedSchema;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.media.Schema;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Describes types by swagger-core, which reads records, beans, and the annotations of
 * Jackson, validation and OpenAPI. It has a Jackson of its own.
 */
final class SwaggerTypeSchemas implements TypeSchemas {

	private final JsonMapper mapper = JsonMapper.shared();

	private final SimpleTypeSchemas simple = new SimpleTypeSchemas();

	private final ModelConverters converters = ModelConverters.getInstance(true);

	private final Map<String, Schema<?>> found = new TreeMap<>();

	@Override
	public ObjectNode schema(Type type) {
		ObjectNode simple = this.simple.schema(type);
		if (!simple.isEmpty() && !simple.has("items") && !simple.has("enum")) {
			return simple;
		}
		ResolvedSchema resolved = this.converters.resolveAsResolvedSchema(new AnnotatedType(type).resolveAsRef(true));
		if (resolved == null || resolved.schema == null) {
			return simple;
		}
		resolved.referencedSchemas.forEach(this.found::put);
		return json(resolved.schema);
	}

	private ObjectNode json(Schema<?> schema) {
		try {
			return (ObjectNode) this.mapper.readTree(Json31.mapper().writeValueAsString(schema));
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException("A schema cannot be written", ex);
		}
	}

	@Override
	public ObjectNode components() {
		ObjectNode components = this.mapper.createObjectNode();
		this.found.forEach((name, schema) -> components.set(name, json(schema)));
		return components;
	}

}
