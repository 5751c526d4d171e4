package io.natsproxy.core.discovery;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * An instance of a service that has been discovered, as it tells of itself: texts of
 * others, of bounded length.
 *
 * @param name the name of the service
 * @param id the id of the instance
 * @param version the version
 * @param metadata what else it tells of itself
 * @param endpoints its endpoints
 */
public record DiscoveredService(String name, String id, String version, Map<String, String> metadata,
		List<DiscoveredEndpoint> endpoints) {

	private static final Pattern ENDPOINT_ID = Pattern.compile("[A-Za-z0-9._-]+");

	/**
	 * What each text counts beside its characters.
	 */
	private static final int OVERHEAD = 32;

	/**
	 * Returns the hash of the OpenAPI document.
	 * @return the digits of SHA-256 in hexadecimal, or {@code null} where the service
	 * tells of no document
	 */
	public @Nullable String documentHash() {
		String hash = this.metadata.get(ServiceDocument.HASH);
		return (hash != null && ServiceDocument.isHash(hash)) ? hash : null;
	}

	/**
	 * Returns the length of the OpenAPI document, as the service tells it.
	 * @return the number of bytes, {@link Integer#MAX_VALUE} if it tells more, -1 if it
	 * tells none
	 */
	public int documentLength() {
		String length = this.metadata.get(ServiceDocument.LENGTH);
		if (length == null || !length.matches("[0-9]{1,18}")) {
			return -1;
		}
		return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(length));
	}

	/**
	 * Returns the ids of the management endpoints that can be read.
	 * @return the ids, as the service tells them; empty if there are none
	 */
	public List<String> managementEndpoints() {
		String ids = this.metadata.get(DiscoveryReplies.MANAGEMENT);
		return (ids != null) ? Stream.of(ids.split(",")).filter(ENDPOINT_ID.asMatchPredicate()).distinct().toList()
				: List.of();
	}

	/**
	 * Returns by what an instance is known: its name and its id.
	 */
	String key() {
		return this.name + "." + this.id;
	}

	/**
	 * Returns how much all of its texts take, in characters.
	 */
	int length() {
		int length = this.name.length() + this.id.length() + this.version.length() + length(this.metadata);
		for (DiscoveredEndpoint endpoint : this.endpoints) {
			length += endpoint.subject().length() + length(endpoint.metadata()) + OVERHEAD;
		}
		return length;
	}

	private static int length(Map<String, String> metadata) {
		int length = OVERHEAD;
		for (Map.Entry<String, String> entry : metadata.entrySet()) {
			length += entry.getKey().length() + entry.getValue().length() + OVERHEAD;
		}
		return length;
	}

}
