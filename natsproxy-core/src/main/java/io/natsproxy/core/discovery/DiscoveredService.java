package io.natsproxy.core.discovery;

import java.util.List;
import java.util.Map;

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

	/**
	 * What each text counts beside its characters.
	 */
	private static final int OVERHEAD = 32;

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
