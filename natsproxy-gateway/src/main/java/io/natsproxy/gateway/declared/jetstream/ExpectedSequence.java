package io.natsproxy.gateway.declared.jetstream;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.natsproxy.gateway.declared.RouteProblemException;
import io.natsproxy.gateway.headers.FieldList;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Reads the preconditions of RFC 9110, section 13.1, as the sequence that the last
 * message of a subject must have.
 */
final class ExpectedSequence {

	private static final Pattern ENTITY_TAG = Pattern.compile("\"(0|[1-9][0-9]{0,17})\"");

	private ExpectedSequence() {
	}

	/**
	 * Returns the sequence.
	 * @return the sequence; 0 if there must be no message; {@code null} if it does not
	 * matter
	 * @throws RouteProblemException if it is not one sequence
	 */
	static @Nullable String of(FieldList fields) {
		List<String> match = fields.values(HttpHeaders.IF_MATCH);
		List<String> noneMatch = fields.values(HttpHeaders.IF_NONE_MATCH);
		if (match.isEmpty() && noneMatch.isEmpty()) {
			return null;
		}
		if (match.isEmpty() && noneMatch.size() == 1 && noneMatch.get(0).strip().equals("*")) {
			return "0";
		}
		if (noneMatch.isEmpty() && match.size() == 1) {
			Matcher sequence = ENTITY_TAG.matcher(match.get(0).strip());
			if (sequence.matches()) {
				return sequence.group(1);
			}
		}
		throw new RouteProblemException(400,
				"What can be asked for is If-Match with one sequence in quotation marks, or If-None-Match: *");
	}

}
