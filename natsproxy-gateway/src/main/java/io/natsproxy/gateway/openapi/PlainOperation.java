package io.natsproxy.gateway.openapi;

import java.util.List;

import io.natsproxy.core.subject.PathTemplate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeTypeUtils;

/**
 * Describes a route by what its service tells of it on discovery: media types, and the
 * variables of its path.
 */
final class PlainOperation {

	private static final List<String> WITH_BODY = List.of("POST", "PUT", "PATCH");

	private static final int MAX_MEDIA_TYPES = 16;

	private static final String ANY = "*/*";

	private PlainOperation() {
	}

	/**
	 * Makes the operation.
	 */
	static ObjectNode of(ToldEndpoints.Route route) {
		ObjectNode operation = JsonMapper.shared().createObjectNode();
		ArrayNode parameters = operation.putArray("parameters");
		route.template().variables().forEach((variable) -> addVariable(variable, parameters));
		if (WITH_BODY.contains(route.method())) {
			addContent(route.metadata().get("consumes"), operation.putObject("requestBody"));
		}
		ObjectNode response = operation.putObject("responses").putObject("default").put("description", "Any response");
		addContent(route.metadata().get("produces"), response);
		return operation;
	}

	/**
	 * Adds a variable of a path as a parameter.
	 */
	static void addVariable(PathTemplate.Variable variable, ArrayNode parameters) {
		ObjectNode parameter = parameters.addObject();
		parameter.put("name", variable.name()).put("in", "path").put("required", true);
		if (variable.rest()) {
			parameter.put("description", "Any number of segments");
		}
		parameter.putObject("schema").put("type", "string");
	}

	private static void addContent(@Nullable String mediaTypes, ObjectNode target) {
		ObjectNode content = target.putObject("content");
		if (mediaTypes != null) {
			for (String mediaType : mediaTypes.split(",", MAX_MEDIA_TYPES + 1)) {
				if (content.size() < MAX_MEDIA_TYPES && isMediaType(mediaType.trim())) {
					content.putObject(mediaType.trim());
				}
			}
		}
		if (content.isEmpty()) {
			content.putObject(ANY);
		}
	}

	private static boolean isMediaType(String text) {
		try {
			MimeTypeUtils.parseMimeType(text);
			return true;
		}
		catch (InvalidMimeTypeException ex) {
			return false;
		}
	}

}
