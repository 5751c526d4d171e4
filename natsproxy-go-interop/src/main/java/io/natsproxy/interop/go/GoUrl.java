package io.natsproxy.interop.go;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.natsproxy.core.wire.PercentEncoding;
import org.jspecify.annotations.Nullable;

/**
 * The URL of a request: path and query, or absolute where one service has sent it to
 * another.
 *
 * @param authority host and port of an absolute URL, else {@code null}
 * @param target the raw path and query, in printable ASCII, without a fragment
 */
record GoUrl(@Nullable String authority, String target) {

	private static final Pattern ABSOLUTE = Pattern.compile("(?i:https?)://([A-Za-z0-9.:_~%\\[\\]-]+)((?:[/?].*)?)",
			Pattern.DOTALL);

	/**
	 * Reads a URL. What begins with a slash is a path, also when a second slash follows.
	 * @return the URL, or {@code null} when it is malformed
	 */
	static @Nullable GoUrl parse(String url) {
		int fragment = url.indexOf('#');
		String whole = (fragment >= 0) ? url.substring(0, fragment) : url;
		if (whole.startsWith("/")) {
			return of(null, whole);
		}
		Matcher absolute = ABSOLUTE.matcher(whole);
		if (!absolute.matches()) {
			return null;
		}
		String target = absolute.group(2);
		return of(absolute.group(1), target.startsWith("/") ? target : "/" + target);
	}

	private static @Nullable GoUrl of(@Nullable String authority, String target) {
		StringBuilder ascii = new StringBuilder(target.length());
		for (byte octet : target.getBytes(StandardCharsets.UTF_8)) {
			if (octet < 0) {
				// The original passes the query on as the client has sent it.
				PercentEncoding.append(octet, ascii);
			}
			else if (octet <= ' ' || octet == 0x7F) {
				return null;
			}
			else {
				ascii.append((char) octet);
			}
		}
		return new GoUrl(authority, ascii.toString());
	}

	/**
	 * Returns the raw query.
	 */
	String query() {
		int start = this.target.indexOf('?');
		return (start >= 0) ? this.target.substring(start + 1) : "";
	}

}
