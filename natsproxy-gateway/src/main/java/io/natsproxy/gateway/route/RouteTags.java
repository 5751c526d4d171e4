package io.natsproxy.gateway.route;

import java.util.HashSet;
import java.util.Set;

import io.natsproxy.core.log.SafeText;
import org.jspecify.annotations.Nullable;

/**
 * Texts of others that have been given to metrics as tags, lest these have ever more of
 * them. Guarded by whoever has it.
 */
final class RouteTags {

	private static final int MAX_LENGTH = 256;

	private static final int MAX_SERVICES = 100;

	private final Set<String> uris = new HashSet<>();

	private final Set<String> services = new HashSet<>();

	private final int maxUris;

	RouteTags(int maxUris) {
		this.maxUris = maxUris;
	}

	@Nullable String uri(String path) {
		return admit(path, this.uris, this.maxUris);
	}

	@Nullable String service(String name) {
		return admit(name, this.services, MAX_SERVICES);
	}

	private static @Nullable String admit(String text, Set<String> admitted, int max) {
		if (admitted.contains(text)) {
			return text;
		}
		boolean fit = text.length() <= MAX_LENGTH && admitted.size() < max && SafeText.of(text).equals(text);
		return (fit && admitted.add(text)) ? text : null;
	}

}
