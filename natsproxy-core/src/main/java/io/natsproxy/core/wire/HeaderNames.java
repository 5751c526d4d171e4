package io.natsproxy.core.wire;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Canonical spellings of the names of header fields, and the rule which of them may be
 * sent at all. Results are remembered for the names in use; the memory is bounded, since
 * clients choose names.
 */
final class HeaderNames {

	private static final int REMEMBERED = 1024;

	private static final int REMEMBERED_LENGTH = 64;

	/**
	 * The canonical form of names that are never sent.
	 */
	private static final String DROPPED = "";

	/**
	 * The hop-by-hop fields (RFC 9110, section 7.6.1), with those that a proxy consumes,
	 * and {@code Expect}, which the nearest HTTP server answers.
	 */
	private static final Set<String> HOP_BY_HOP = Set.of("connection", "keep-alive", "proxy-connection",
			"proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
			"http2-settings", "expect");

	private final Map<String, String> canonical = new ConcurrentHashMap<>();

	/**
	 * Returns the canonical spelling ({@code Content-Type}), or an empty string when the
	 * field never goes on the wire.
	 * @throws MalformedMessageException if the name could not stand in an HTTP message
	 */
	String canonical(String name) {
		String known = this.canonical.get(name);
		if (known != null) {
			return known;
		}
		if (!isToken(name)) {
			throw new MalformedMessageException("Malformed header name");
		}
		String computed = isEndToEnd(name) ? trainCase(name) : DROPPED;
		if (name.length() <= REMEMBERED_LENGTH && this.canonical.size() < REMEMBERED) {
			this.canonical.put(name, computed);
		}
		return computed;
	}

	private static boolean isEndToEnd(String name) {
		return !startsWith(name, WireProtocol.HEADER_PREFIX) && !startsWith(name, WireProtocol.NATS_HEADER_PREFIX)
				&& !HOP_BY_HOP.contains(lowerCase(name));
	}

	/**
	 * Tells whether the name is a token of RFC 9110, section 5.6.2.
	 */
	static boolean isToken(String name) {
		for (int i = 0; i < name.length(); i++) {
			char c = name.charAt(i);
			boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
			if (!alphanumeric && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
				return false;
			}
		}
		return !name.isEmpty();
	}

	static String lowerCase(String name) {
		return name.toLowerCase(Locale.ROOT);
	}

	private static boolean startsWith(String name, String prefix) {
		return name.regionMatches(true, 0, prefix, 0, prefix.length());
	}

	private static String trainCase(String name) {
		StringBuilder canonical = new StringBuilder(name.length());
		boolean first = true;
		for (int i = 0; i < name.length(); i++) {
			char c = name.charAt(i);
			canonical.append(first ? Character.toUpperCase(c) : Character.toLowerCase(c));
			first = (c == '-');
		}
		return canonical.toString();
	}

}
