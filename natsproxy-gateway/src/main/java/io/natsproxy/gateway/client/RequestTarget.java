package io.natsproxy.gateway.client;

import io.natsproxy.core.wire.PercentEncoding;
import org.jspecify.annotations.Nullable;

/**
 * The target of a request that is not written as most are: the forms of RFC 9112, section
 * 3.2, and characters that browsers send as they are (URL Standard, percent-encode sets)
 * although no URI may contain them.
 *
 * @param path path and query in origin form, percent-encoded, or {@code *}
 * @param scheme {@code http} or {@code https} of a target in absolute form, else
 * {@code null}
 * @param authority the authority of a target in absolute form, else {@code null}
 */
record RequestTarget(String path, @Nullable String scheme, @Nullable String authority) {

	/**
	 * The asterisk form, which is about the server itself.
	 */
	static final String SERVER = "*";

	private static final String OPTIONS = "OPTIONS";

	private static final String CONNECT = "CONNECT";

	private static final boolean[] PLAIN = new boolean[0x80];

	static {
		for (char c = 0; c < PLAIN.length; c++) {
			PLAIN[c] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
					|| "/-._~?=&:@!$'()*+,;".indexOf(c) >= 0;
		}
	}

	/**
	 * Returns whether a target is in origin form, and of nothing but what may stand
	 * there: it need not be read.
	 * @param target the target
	 * @return whether it can be taken as it is
	 */
	static boolean isPlain(String target) {
		return !target.isEmpty() && target.charAt(0) == '/' && isPlain(target, 0);
	}

	private static boolean isPlain(String target, int start) {
		int length = target.length();
		for (int i = start; i < length; i++) {
			char c = target.charAt(i);
			if (c == '%' && isEncoded(target, i)) {
				i += 2;
			}
			else if (c >= PLAIN.length || !PLAIN[c]) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Reads a target.
	 * @param method the method of the request
	 * @param target the target, one character being one byte
	 * @return what it says, or {@code null} if it is malformed, or of a form that the
	 * method does not have
	 */
	static @Nullable RequestTarget of(String method, String target) {
		if (method.equals(CONNECT)) {
			return null;
		}
		if (target.startsWith("/")) {
			return of(target, null, null);
		}
		if (target.equals(SERVER)) {
			return method.equals(OPTIONS) ? new RequestTarget(SERVER, null, null) : null;
		}
		String scheme = scheme(target);
		if (scheme == null) {
			return null;
		}
		int start = scheme.length() + "://".length();
		int end = start;
		while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
			end++;
		}
		String authority = target.substring(start, end);
		String rest = target.substring(end);
		if (authority.isEmpty() || authority.startsWith(":")) {
			return null;
		}
		if (rest.isEmpty() && method.equals(OPTIONS)) {
			return new RequestTarget(SERVER, scheme, authority);
		}
		return of(rest.startsWith("/") ? rest : "/" + rest, scheme, authority);
	}

	private static @Nullable RequestTarget of(String path, @Nullable String scheme, @Nullable String authority) {
		String encoded = encode(path);
		return (encoded != null) ? new RequestTarget(encoded, scheme, authority) : null;
	}

	private static @Nullable String scheme(String target) {
		for (String scheme : new String[] { "http", "https" }) {
			if (target.regionMatches(true, 0, scheme + "://", 0, scheme.length() + 3)) {
				return scheme;
			}
		}
		return null;
	}

	/**
	 * Encodes what a URI may not contain.
	 * @return path and query, or {@code null} where there is a control character, a
	 * fragment, a {@code %} that begins nothing, or no byte
	 */
	private static @Nullable String encode(String path) {
		if (isPlain(path, 0)) {
			return path;
		}
		StringBuilder encoded = new StringBuilder(path.length() + 16);
		for (int i = 0; i < path.length(); i++) {
			char c = path.charAt(i);
			if (c < PLAIN.length && PLAIN[c] || c == '%' && isEncoded(path, i)) {
				encoded.append(c);
			}
			else if (c <= ' ' || c == 0x7F || c == '#' || c == '%' || c > 0xFF) {
				return null;
			}
			else {
				PercentEncoding.append((byte) c, encoded);
			}
		}
		return encoded.toString();
	}

	private static boolean isEncoded(String target, int index) {
		return index + 2 < target.length() && Character.digit(target.charAt(index + 1), 16) >= 0
				&& Character.digit(target.charAt(index + 2), 16) >= 0 && target.charAt(index + 1) < PLAIN.length
				&& target.charAt(index + 2) < PLAIN.length;
	}

}
