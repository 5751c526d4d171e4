package io.natsproxy.client.openapi;

import java.lang.reflect.Type;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.natsproxy.core.subject.PathTemplate;
import io.natsproxy.webflux.server.NatsRoute;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.method.RequestMappingInfo;

/**
 * Describes a handler as an operation of OpenAPI. Used by one thread.
 */
final class OperationWriter {

	private static final String ANY = "*/*";

	private final JsonMapper mapper = JsonMapper.shared();

	private final TypeSchemas types;

	OperationWriter(TypeSchemas types) {
		this.types = types;
	}

	/**
	 * Describes a route of which nothing more is known.
	 */
	ObjectNode write(PathTemplate template, NatsRoute route) {
		ObjectNode operation = this.mapper.createObjectNode();
		addPathVariables(template, Set.of(), operation.putArray("parameters"));
		ObjectNode response = operation.putObject("responses").putObject("200").put("description", "OK");
		addContent(route.traits().produces(), this.mapper.createObjectNode(), response);
		return withoutEmpty(operation);
	}

	/**
	 * Describes a method.
	 */
	ObjectNode write(String httpMethod, PathTemplate template, RequestMappingInfo mapping, HandlerMethod method) {
		ObjectNode operation = this.mapper.createObjectNode();
		operation.putArray("tags").add(tag(method.getBeanType()));
		if (AnnotatedElementUtils.hasAnnotation(method.getMethod(), Deprecated.class)
				|| AnnotatedElementUtils.hasAnnotation(method.getBeanType(), Deprecated.class)) {
			operation.put("deprecated", true);
		}
		ArrayNode parameters = operation.putArray("parameters");
		Set<String> pathVariables = new HashSet<>();
		ObjectNode parts = this.mapper.createObjectNode();
		ArrayNode requiredParts = this.mapper.createArrayNode();
		for (MethodParameter each : method.getMethodParameters()) {
			DescribedParameter parameter = DescribedParameter.of(each);
			if (parameter == null) {
				continue;
			}
			switch (parameter.place()) {
				case BODY -> addBody(operation, texts(mapping.getConsumesCondition().getConsumableMediaTypes()),
						parameter, parameter.type());
				case PART -> {
					parts.set(parameter.name(), this.types.schema(parameter.type()));
					if (parameter.required()) {
						requiredParts.add(parameter.name());
					}
				}
				default -> addParameter(parameter, template, pathVariables, parameters);
			}
		}
		addPathVariables(template, pathVariables, parameters);
		if (!parts.isEmpty()) {
			addForm(operation, parts, requiredParts);
		}
		addResponse(operation, httpMethod, mapping, method);
		return withoutEmpty(operation);
	}

	private static String tag(Class<?> type) {
		return type.getSimpleName().replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
	}

	private static ObjectNode withoutEmpty(ObjectNode operation) {
		if (operation.path("parameters").isEmpty()) {
			operation.remove("parameters");
		}
		return operation;
	}

	private void addParameter(DescribedParameter parameter, PathTemplate template, Set<String> pathVariables,
			ArrayNode parameters) {
		boolean inPath = parameter.place() == DescribedParameter.Place.PATH;
		if (inPath && (template.variables().stream().noneMatch((each) -> each.name().equals(parameter.name()))
				|| !pathVariables.add(parameter.name()))) {
			// Of another pattern of the same method.
			return;
		}
		ObjectNode node = parameters.addObject();
		node.put("name", parameter.name()).put("in", parameter.place().in()).put("required", parameter.required());
		ObjectNode schema = this.types.schema(parameter.type());
		template.variables()
			.stream()
			.filter((each) -> inPath && each.name().equals(parameter.name()) && each.regex() != null)
			.findFirst()
			.filter((each) -> schema.path("type").asString("").equals("string"))
			.ifPresent((each) -> schema.put("pattern", "^(?:" + each.regex() + ")$"));
		String defaultValue = parameter.defaultValue();
		if (defaultValue != null) {
			addDefault(schema, defaultValue);
		}
		node.set("schema", schema);
	}

	private static void addDefault(ObjectNode schema, String value) {
		switch (schema.path("type").asString("")) {
			case "string" -> schema.put("default", value);
			case "boolean" -> schema.put("default", Boolean.parseBoolean(value));
			case "integer", "number" -> {
				if (value.matches("-?[0-9]{1,18}")) {
					schema.put("default", Long.parseLong(value));
				}
			}
			default -> {
				// Of a type whose text is not the value.
			}
		}
	}

	/**
	 * Adds those variables of the path that the method does not ask for.
	 */
	private void addPathVariables(PathTemplate template, Set<String> known, ArrayNode parameters) {
		for (PathTemplate.Variable variable : template.variables()) {
			if (!known.contains(variable.name())) {
				ObjectNode node = parameters.addObject();
				node.put("name", variable.name()).put("in", "path").put("required", true);
				if (variable.rest()) {
					node.put("description", "Any number of segments");
				}
				ObjectNode schema = node.putObject("schema").put("type", "string");
				if (variable.regex() != null) {
					schema.put("pattern", "^(?:" + variable.regex() + ")$");
				}
			}
		}
	}

	private void addBody(ObjectNode operation, Collection<String> consumes, DescribedParameter parameter, Type type) {
		BodyType body = BodyType.of(type);
		if (body == null) {
			return;
		}
		ObjectNode request = operation.putObject("requestBody").put("required", parameter.required());
		addContent(consumes.isEmpty() ? List.of(body.mediaType()) : consumes, body, request);
	}

	private static void addForm(ObjectNode operation, ObjectNode parts, ArrayNode required) {
		ObjectNode schema = operation.putObject("requestBody")
			.putObject("content")
			.putObject(MediaType.MULTIPART_FORM_DATA_VALUE)
			.putObject("schema")
			.put("type", "object");
		schema.set("properties", parts);
		if (!required.isEmpty()) {
			schema.set("required", required);
		}
	}

	private void addResponse(ObjectNode operation, String httpMethod, RequestMappingInfo mapping,
			HandlerMethod method) {
		ResponseStatus annotation = method.getMethodAnnotation(ResponseStatus.class);
		HttpStatus status = (annotation != null) ? annotation.code() : HttpStatus.OK;
		ObjectNode response = operation.putObject("responses")
			.putObject(Integer.toString(status.value()))
			.put("description", status.getReasonPhrase());
		BodyType body = BodyType.of(method.getReturnType().getGenericParameterType());
		if (body != null && !httpMethod.equals("HEAD")) {
			Collection<String> produces = texts(mapping.getProducesCondition().getProducibleMediaTypes());
			addContent(produces.isEmpty() ? List.of(body.mediaType()) : produces, body, response);
		}
	}

	private void addContent(Collection<String> mediaTypes, BodyType body, ObjectNode target) {
		ObjectNode element = this.types.schema(body.type());
		ObjectNode all = element;
		if (body.many()) {
			all = this.mapper.createObjectNode().put("type", "array");
			all.set("items", element);
		}
		ObjectNode content = target.putObject("content");
		for (String mediaType : mediaTypes) {
			// A stream is described by its elements.
			content.putObject(mediaType).set("schema", BodyType.isStreamed(mediaType) ? element : all);
		}
	}

	private void addContent(Collection<String> mediaTypes, ObjectNode schema, ObjectNode target) {
		ObjectNode content = target.putObject("content");
		for (String mediaType : mediaTypes.isEmpty() ? List.of(ANY) : mediaTypes.stream().sorted().toList()) {
			content.putObject(mediaType).set("schema", schema);
		}
	}

	private static List<String> texts(Set<MediaType> types) {
		return types.stream().map(MediaType::toString).sorted().toList();
	}

}
