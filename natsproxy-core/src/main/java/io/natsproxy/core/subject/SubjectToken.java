package io.natsproxy.core.subject;

import java.nio.charset.StandardCharsets;

import io.natsproxy.core.wire.PercentEncoding;

/**
 * The canonical form of one token of a subject.
 */
final class SubjectToken {

	/**
	 * Token of an empty path segment. A percent sign alone encodes nothing else.
	 */
	static final char EMPTY = '%';

	private SubjectToken() {
	}

	/**
	 * Appends one byte of a decoded segment.
	 * @param octet the byte, from 0 to 255
	 * @param first whether it is the first of its token
	 * @param subject the subject so far
	 */
	static void append(int octet, boolean first, StringBuilder subject) {
		if (octet <= ' ' || octet >= 0x7F || octet == '%' || octet == '.' || octet == '*' || octet == '>'
				|| (first && octet == '$')) {
			PercentEncoding.append(octet, subject);
		}
		else {
			subject.append((char) octet);
		}
	}

	/**
	 * Encodes decoded text, as it stands in a route pattern.
	 */
	static String of(String text) {
		if (text.isEmpty()) {
			return String.valueOf(EMPTY);
		}
		StringBuilder token = new StringBuilder(text.length() + 8);
		boolean first = true;
		for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
			append(octet & 0xFF, first, token);
			first = false;
		}
		return token.toString();
	}

}
