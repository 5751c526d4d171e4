package io.natsproxy.gateway.declared.jetstream;

import java.util.List;

import io.natsproxy.gateway.declared.RouteProblemException;
import io.natsproxy.gateway.headers.FieldList;
import org.jspecify.annotations.Nullable;

/**
 * Reads the field {@code Idempotency-Key} (draft-ietf-httpapi-idempotency-key-header): a
 * string of RFC 9651, without parameters.
 */
final class IdempotencyKey {

	static final String FIELD = "Idempotency-Key";

	/**
	 * Streams keep the ids of messages in memory.
	 */
	private static final int LONGEST = 255;

	private IdempotencyKey() {
	}

	/**
	 * Returns the key of a request.
	 * @return the key, {@code null} if there is none that counts
	 * @throws RouteProblemException if it is missing or malformed
	 */
	static @Nullable String of(FieldList fields, IdempotencyUse use) {
		List<String> values = fields.values(FIELD);
		if (use == IdempotencyUse.IGNORED || (values.isEmpty() && use == IdempotencyUse.OPTIONAL)) {
			return null;
		}
		if (values.isEmpty()) {
			throw new RouteProblemException(400, "The header '" + FIELD + "' is required");
		}
		String key = (values.size() == 1) ? read(values.get(0).strip()) : null;
		// A header of NATS keeps no blanks around its value.
		if (key == null || key.isEmpty() || key.length() > LONGEST || !key.equals(key.strip())) {
			throw new RouteProblemException(400, "The header '" + FIELD
					+ "' is not a string in quotation marks of 1 to " + LONGEST + " printable characters");
		}
		return key;
	}

	private static @Nullable String read(String value) {
		int last = value.length() - 1;
		if (last < 1 || value.charAt(0) != '"') {
			return null;
		}
		StringBuilder key = new StringBuilder(last);
		for (int i = 1; i < last; i++) {
			char character = value.charAt(i);
			if (character == '\\') {
				character = value.charAt(++i);
				if (i == last || (character != '"' && character != '\\')) {
					return null;
				}
			}
			else if (character == '"' || character < ' ' || character > '~') {
				return null;
			}
			key.append(character);
		}
		return (value.charAt(last) == '"') ? key.toString() : null;
	}

}
