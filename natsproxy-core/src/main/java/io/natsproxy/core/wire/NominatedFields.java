package io.natsproxy.core.wire;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The fields that the {@code Connection} fields of a message declare to be hop-by-hop
 * (RFC 9110, section 7.6.1).
 */
final class NominatedFields {

	private static final String CONNECTION = "Connection";

	private final HeaderNames headerNames;

	private Set<String> names = Set.of();

	NominatedFields(HeaderNames headerNames) {
		this.headerNames = headerNames;
	}

	/**
	 * Looks at a field that does not travel itself.
	 */
	void read(String name, List<String> values) {
		if (name.length() != CONNECTION.length() || !name.equalsIgnoreCase(CONNECTION)) {
			return;
		}
		for (String value : values) {
			if (!value.equalsIgnoreCase("keep-alive") && !value.equalsIgnoreCase("close")) {
				nominate(value.split(","));
			}
		}
	}

	private void nominate(String[] options) {
		if (this.names.isEmpty()) {
			this.names = new HashSet<>();
		}
		for (String option : options) {
			String name = option.trim();
			if (HeaderNames.isToken(name)) {
				this.names.add(this.headerNames.canonical(name));
			}
		}
	}

	/**
	 * Returns the canonical names of the fields.
	 */
	Set<String> names() {
		return this.names;
	}

}
