package io.natsproxy.gateway.openapi;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A kind of object in a document, and the fields that it may have. What is not listed
 * here is left out of what services tell: extensions, servers and callbacks among them,
 * which would send clients elsewhere.
 */
enum Part {

	OPERATION(null), PARAMETER("parameters"), REQUEST_BODY("requestBodies"), RESPONSE("responses"), HEADER("headers"),
	MEDIA_TYPE(null), ENCODING(null), SCHEMA("schemas"), DISCRIMINATOR(null), XML(null), EXAMPLE("examples"),
	SECURITY_SCHEME("securitySchemes"), FLOWS(null), FLOW(null),

	/**
	 * A text.
	 */
	TEXT(null),

	/**
	 * True or false.
	 */
	FLAG(null),

	/**
	 * A number.
	 */
	NUMBER(null),

	/**
	 * The type of a value, or several.
	 */
	TYPE(null),

	/**
	 * The way in which a parameter is written.
	 */
	STYLE(null),

	/**
	 * Any value, whose content is that of the application.
	 */
	DATA(null);

	private final @Nullable String components;

	private final Map<String, Field> fields = new HashMap<>();

	Part(@Nullable String components) {
		this.components = components;
	}

	static {
		OPERATION.one(TEXT, "summary", "description", "operationId")
			.one(FLAG, "deprecated")
			.list(TEXT, "tags")
			.list(PARAMETER, "parameters")
			.one(REQUEST_BODY, "requestBody")
			.map(RESPONSE, "responses")
			.list(DATA, "security");
		PARAMETER.one(TEXT, "name", "in").parameterFields();
		HEADER.parameterFields();
		REQUEST_BODY.one(TEXT, "description").one(FLAG, "required").map(MEDIA_TYPE, "content");
		RESPONSE.one(TEXT, "description").map(HEADER, "headers").map(MEDIA_TYPE, "content");
		MEDIA_TYPE.one(SCHEMA, "schema").one(DATA, "example").map(EXAMPLE, "examples").map(ENCODING, "encoding");
		ENCODING.one(TEXT, "contentType")
			.one(STYLE, "style")
			.one(FLAG, "explode", "allowReserved")
			.map(HEADER, "headers");
		EXAMPLE.one(TEXT, "summary", "description").one(DATA, "value");
		SCHEMA.one(TEXT, "title", "description", "format", "pattern", "contentEncoding", "contentMediaType")
			.one(FLAG, "deprecated", "readOnly", "writeOnly", "uniqueItems")
			.one(NUMBER, "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength",
					"minLength", "maxItems", "minItems", "maxContains", "minContains", "maxProperties", "minProperties")
			.one(TYPE, "type")
			.one(DATA, "const", "default", "example")
			.list(DATA, "enum", "examples")
			.list(TEXT, "required")
			.one(SCHEMA, "items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else",
					"unevaluatedItems", "unevaluatedProperties", "contentSchema")
			.list(SCHEMA, "allOf", "anyOf", "oneOf", "prefixItems")
			.map(SCHEMA, "properties", "patternProperties", "dependentSchemas")
			.one(DISCRIMINATOR, "discriminator")
			.one(XML, "xml");
		DISCRIMINATOR.one(TEXT, "propertyName").map(TEXT, "mapping");
		XML.one(TEXT, "name", "namespace", "prefix").one(FLAG, "attribute", "wrapped");
		SECURITY_SCHEME.one(TEXT, "type", "description", "name", "in", "scheme", "bearerFormat", "openIdConnectUrl")
			.one(FLOWS, "flows");
		FLOWS.one(FLOW, "implicit", "password", "clientCredentials", "authorizationCode");
		FLOW.one(TEXT, "authorizationUrl", "tokenUrl", "refreshUrl").map(TEXT, "scopes");
	}

	private void parameterFields() {
		one(TEXT, "description").one(STYLE, "style")
			.one(FLAG, "required", "deprecated", "explode", "allowReserved")
			.one(SCHEMA, "schema")
			.one(DATA, "example")
			.map(EXAMPLE, "examples")
			.map(MEDIA_TYPE, "content");
	}

	private Part one(Part part, String... names) {
		return add(part, Shape.ONE, names);
	}

	private Part list(Part part, String... names) {
		return add(part, Shape.LIST, names);
	}

	private Part map(Part part, String... names) {
		return add(part, Shape.MAP, names);
	}

	private Part add(Part part, Shape shape, String... names) {
		for (String name : names) {
			this.fields.put(name, new Field(part, shape));
		}
		return this;
	}

	/**
	 * Returns what a field is, or {@code null} if there is none of that name.
	 */
	@Nullable Field field(String name) {
		return this.fields.get(name);
	}

	/**
	 * Returns where such objects stand among the components, or {@code null} if they
	 * cannot be referred to.
	 */
	@Nullable String components() {
		return this.components;
	}

	/**
	 * How many of a part a field has.
	 */
	enum Shape {

		ONE, LIST, MAP

	}

	/**
	 * A field.
	 *
	 * @param part what it has
	 * @param shape how many of it
	 */
	record Field(Part part, Shape shape) {

	}

}
