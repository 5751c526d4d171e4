package io.natsproxy.gateway.openapi;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is known of a service.
 *
 * @param name its name
 * @param version its version, as it tells it
 * @param endpoints the routes that it tells
 * @param document its document, as it tells it; {@code null} for none
 */
record ServiceContent(String name, String version, ToldEndpoints endpoints, @Nullable ObjectNode document) {

	/**
	 * Returns what is known of the service, with another document.
	 * @param document the document, or {@code null} for none
	 */
	ServiceContent with(@Nullable ObjectNode document) {
		return new ServiceContent(this.name, this.version, this.endpoints, document);
	}

}
