package io.natsproxy.gateway.access;

import org.jspecify.annotations.Nullable;

/**
 * Writes texts of others as printable ASCII, so that none can end a line, a value or a
 * member, control a terminal, or change the direction of writing.
 */
final class LogText {

	private static final String HEX = "0123456789abcdef";

	private static final int NANOS_PER_MICRO = 1000;

	private LogText() {
	}

	/**
	 * Appends a text in quotation marks, as Apache's server writes it; a hyphen in place
	 * of none.
	 */
	static void quoted(StringBuilder line, @Nullable String text) {
		line.append('"');
		if (text == null || text.isEmpty()) {
			line.append('-');
		}
		else {
			escaped(line, text, false);
		}
		line.append('"');
	}

	/**
	 * Appends a text that has neither blanks nor quotation marks; a hyphen in place of
	 * none.
	 */
	static void plain(StringBuilder line, String text) {
		if (text.isEmpty()) {
			line.append('-');
		}
		else {
			escaped(line, text, true);
		}
	}

	private static void escaped(StringBuilder line, String text, boolean plain) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			boolean special = c == '"' || c == '\\';
			if (c > 0xFF) {
				unicode(line, c);
			}
			else if (c < ' ' || c >= 0x7F || (plain && (special || c == ' '))) {
				line.append("\\x");
				hex(line, c, 2);
			}
			else {
				line.append(special ? "\\" : "").append(c);
			}
		}
	}

	/**
	 * Appends a string of JSON (RFC 8259, section 7).
	 */
	static void json(StringBuilder line, String text) {
		line.append('"');
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '"' || c == '\\') {
				line.append('\\').append(c);
			}
			else if (c < ' ' || c >= 0x7F || c == '<' || c == '>' || c == '&') {
				unicode(line, c);
			}
			else {
				line.append(c);
			}
		}
		line.append('"');
	}

	/**
	 * Appends a time in milliseconds, with the microseconds.
	 */
	static void millis(StringBuilder line, long nanos) {
		long micros = Math.max(0, nanos) / NANOS_PER_MICRO;
		line.append(micros / 1000).append('.');
		String rest = Long.toString(1000 + micros % 1000);
		line.append(rest, 1, rest.length());
	}

	private static void unicode(StringBuilder line, char c) {
		line.append("\\u");
		hex(line, c, 4);
	}

	private static void hex(StringBuilder line, char c, int digits) {
		for (int i = digits - 1; i >= 0; i--) {
			line.append(HEX.charAt(c >> 4 * i & 0xF));
		}
	}

}
