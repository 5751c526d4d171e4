package io.natsproxy.core.discovery;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * An endpoint of a service that has been discovered, as the service tells it: texts of
 * others, of bounded length.
 *
 * @param subject the subject on which it listens
 * @param metadata what else it tells of itself
 */
public record DiscoveredEndpoint(String subject, Map<String, String> metadata) {

	private static final Pattern MILLIS = Pattern.compile("[1-9][0-9]{0,9}");

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

	/**
	 * Returns how long the service takes at the most before the head of a response.
	 * @return a positive time, or {@code null} where it has not told
	 */
	public @Nullable Duration timeout() {
		String millis = this.metadata.get(EndpointTraits.TIMEOUT);
		return (millis != null && MILLIS.matcher(millis).matches()) ? Duration.ofMillis(Long.parseLong(millis)) : null;
	}

}
