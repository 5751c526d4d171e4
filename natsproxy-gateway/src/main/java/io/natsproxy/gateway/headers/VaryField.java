package io.natsproxy.gateway.headers;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.springframework.http.HttpHeaders;

/**
 * The {@code Vary} field of a response (RFC 9110, section 12.5.5), which the gateway, its
 * filters and services write together.
 */
public final class VaryField {

	private static final String ANY = "*";

	private VaryField() {
	}

	/**
	 * Adds what is not there.
	 * @param headers the fields of the response
	 * @param values names of fields of requests, or lists of them; as they are where
	 * there is no {@code Vary} yet
	 */
	public static void add(HttpHeaders headers, List<String> values) {
		List<String> present = headers.getOrEmpty(HttpHeaders.VARY);
		if (present.isEmpty()) {
			headers.addAll(HttpHeaders.VARY, values);
			return;
		}
		Set<String> known = names(present);
		List<String> missing = new ArrayList<>();
		for (String name : names(values)) {
			if (!known.contains(ANY) && known.add(name)) {
				missing.add(name);
			}
		}
		if (!missing.isEmpty()) {
			headers.add(HttpHeaders.VARY, String.join(", ", missing));
		}
	}

	private static Set<String> names(List<String> values) {
		Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
		for (String value : values) {
			for (String name : value.split(",")) {
				if (!name.isBlank()) {
					names.add(name.trim());
				}
			}
		}
		return names;
	}

}
