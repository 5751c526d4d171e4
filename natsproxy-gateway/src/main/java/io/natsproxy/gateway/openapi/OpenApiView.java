package io.natsproxy.gateway.openapi;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The documents at one time. Immutable.
 *
 * @param all the document of all services
 * @param services the documents of each service, by its name
 */
record OpenApiView(WrittenDocument all, Map<String, WrittenDocument> services) {

	/**
	 * Returns the document of a service.
	 */
	@Nullable WrittenDocument service(String name) {
		return this.services.get(name);
	}

}
