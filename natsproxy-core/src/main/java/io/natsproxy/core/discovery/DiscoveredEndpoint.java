package io.natsproxy.core.discovery;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * An endpoint of a service that has been discovered, as the service tells it: texts of
 * others, of bounded length.
 *
 * @param subject the subject on which it listens
 * @param metadata what else it tells of itself
 */
public record DiscoveredEndpoint(String subject, Map<String, String> metadata) {

	/**
	 * Returns the HTTP method.
	 * @return the method, or {@code null} where the endpoint is no route
	 */
	public @Nullable String method() {
		return this.metadata.get(EndpointTraits.METHOD);
	}

	/**
	 * Returns the path pattern.
	 * @return the pattern, or {@code null} where the endpoint is no route
	 */
	public @Nullable String path() {
		return this.metadata.get(EndpointTraits.PATH);
	}

}
