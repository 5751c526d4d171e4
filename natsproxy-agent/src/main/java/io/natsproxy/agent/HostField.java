package io.natsproxy.agent;

import java.util.List;

/**
 * The {@code Host} of a request (RFC 9110, section 7.2).
 */
final class HostField {

	private static final int MAX_LENGTH = 261;

	private HostField() {
	}

	/**
	 * Returns whether a value is a host with an optional port, and nothing that reaches
	 * into another part of a URI.
	 */
	static boolean isAuthority(String value) {
		return !value.isEmpty() && value.length() <= MAX_LENGTH
				&& value.chars().allMatch((c) -> c > ' ' && c < 0x7F && "/?#@\\\"<>^`{|},".indexOf(c) < 0);
	}

	/**
	 * Returns the value of the one field that a request may have.
	 * @param values the values of the request
	 * @param ifAbsent the value where there is none
	 * @throws RefusedRequestException if there is more than one, or it is malformed
	 */
	static String of(List<String> values, String ifAbsent) {
		if (values.isEmpty()) {
			return ifAbsent;
		}
		if (values.size() > 1 || !isAuthority(values.get(0))) {
			throw new RefusedRequestException(400, "The host is malformed");
		}
		return values.get(0);
	}

}
