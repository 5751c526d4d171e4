package io.natsproxy.gateway.openapi;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the documents of services, within bounds.
 */
final class DocumentParser {

	/**
	 * Deepest nesting of objects and arrays.
	 */
	static final int MAX_DEPTH = 64;

	/**
	 * Most tokens, each of which takes more memory than it has bytes.
	 */
	static final int MAX_TOKENS = 500_000;

	private static final int MAX_NAME = 1024;

	private static final int MAX_TEXT = 64 * 1024;

	private static final int MAX_NUMBER = 64;

	private static final JsonMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder()
				.maxNestingDepth(MAX_DEPTH)
				.maxTokenCount(MAX_TOKENS)
				.maxNameLength(MAX_NAME)
				.maxStringLength(MAX_TEXT)
				.maxNumberLength(MAX_NUMBER)
				.build())
			.build())
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	private DocumentParser() {
	}

	/**
	 * Reads a document.
	 * @param content the JSON of anybody, in UTF-8
	 * @return the document, of which nothing is known but that it is an object
	 * @throws IllegalStateException if it is none of OpenAPI 3.1, or goes beyond a bound
	 */
	static ObjectNode parse(byte[] content) {
		JsonNode document;
		try {
			document = MAPPER.readTree(content);
		}
		catch (JacksonException ex) {
			throw new IllegalStateException("The document is no JSON that is read: " + ex.getOriginalMessage());
		}
		if (!(document instanceof ObjectNode object) || !object.path("openapi").asString("").startsWith("3.1.")) {
			throw new IllegalStateException("The document is none of OpenAPI 3.1");
		}
		return object;
	}

}
