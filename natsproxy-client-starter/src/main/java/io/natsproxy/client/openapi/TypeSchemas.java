package io.natsproxy.client.openapi;

import java.lang.reflect.Type;

import tools.jackson.databind.node.ObjectNode;

/**
 * Describes Java types as JSON Schema does. Used by one thread, for one document.
 */
interface TypeSchemas {

	/**
	 * Returns the schema of a type.
	 * @param type the type
	 * @return the schema, or a reference to one among the components
	 */
	ObjectNode schema(Type type);

	/**
	 * Returns the schemas that are referred to, by their names.
	 */
	ObjectNode components();

}
