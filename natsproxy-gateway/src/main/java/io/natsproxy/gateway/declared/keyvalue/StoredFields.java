package io.natsproxy.gateway.declared.keyvalue;

import java.util.ArrayList;
import java.util.List;

import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.jetstream.KeyRevision;
import io.natsproxy.gateway.declared.MessageFields;

/**
 * The header fields that belong to a value, and are kept with it.
 */
final class StoredFields {

	/**
	 * What the bytes of a value mean.
	 */
	static final MessageFields WRITTEN = new MessageFields(
			List.of("Content-Type", "Content-Encoding", "Content-Language"));

	private static final int MAX_LENGTH = 1024;

	private StoredFields() {
	}

	/**
	 * Returns the fields of a value, which anybody may have written: only those that are
	 * known, once, and fit to be sent.
	 */
	static HeaderFields of(KeyRevision revision) {
		List<String> found = new ArrayList<>();
		revision.fields().forEach((name, values) -> {
			for (String known : WRITTEN.names()) {
				if (known.equalsIgnoreCase(name) && !found.contains(known) && isPrintable(values.get(0))) {
					found.add(known);
					found.add(values.get(0));
				}
			}
		});
		return (action) -> {
			for (int i = 0; i < found.size(); i += 2) {
				action.accept(found.get(i), List.of(found.get(i + 1)));
			}
		};
	}

	private static boolean isPrintable(String value) {
		return !value.isEmpty() && value.length() <= MAX_LENGTH && value.chars().allMatch((c) -> c >= ' ' && c < 0x7F);
	}

}
