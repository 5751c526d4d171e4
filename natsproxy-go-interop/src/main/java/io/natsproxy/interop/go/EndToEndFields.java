package io.natsproxy.interop.go;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.natsproxy.core.wire.HeaderFields;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;

/**
 * The header fields of a message that may travel, by the rules of natsproxy's own
 * protocol: names in canonical case, no hop-by-hop fields, none of those that natsproxy
 * or a NATS server acts on, and no value that could end a line.
 */
final class EndToEndFields {

	/**
	 * RFC 9110, section 7.6.1, with those that a proxy consumes.
	 */
	private static final Set<String> HOP_BY_HOP = Set.of("Connection", "Keep-Alive", "Proxy-Connection",
			"Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer", "Transfer-Encoding", "Upgrade",
			"Http2-Settings", "Expect");

	private final Map<String, List<String>> values = new LinkedHashMap<>();

	private EndToEndFields() {
	}

	/**
	 * Copies what may travel.
	 * @throws MalformedMessageException if a name or a value could not stand in an HTTP
	 * message
	 */
	static EndToEndFields of(HeaderFields source) {
		EndToEndFields fields = new EndToEndFields();
		Set<String> nominated = nominatedByConnection(source);
		source.forEach((name, values) -> {
			String canonical = canonical(name);
			if (!values.isEmpty() && isEndToEnd(canonical) && !nominated.contains(canonical)) {
				values.forEach(EndToEndFields::requireValid);
				fields.values.computeIfAbsent(canonical, (key) -> new ArrayList<>(values.size())).addAll(values);
			}
		});
		return fields;
	}

	/**
	 * Returns the first value of a field.
	 * @param name the name in canonical case
	 */
	@Nullable String first(String name) {
		List<String> found = this.values.get(name);
		return (found != null) ? found.get(0) : null;
	}

	void set(String name, String value) {
		this.values.put(name, List.of(value));
	}

	void setIfAbsent(String name, @Nullable String value) {
		if (value != null) {
			this.values.putIfAbsent(name, List.of(value));
		}
	}

	void remove(String name) {
		this.values.remove(name);
	}

	HeaderFields toHeaderFields() {
		return this.values::forEach;
	}

	private static Set<String> nominatedByConnection(HeaderFields source) {
		Set<String> nominated = new HashSet<>(0);
		source.forEach((name, values) -> {
			if (name.equalsIgnoreCase("Connection")) {
				for (String value : values) {
					for (String option : value.split(",")) {
						nominated.add(trainCase(option.trim()));
					}
				}
			}
		});
		return nominated;
	}

	private static boolean isEndToEnd(String canonical) {
		return !canonical.startsWith(WireProtocol.HEADER_PREFIX)
				&& !canonical.startsWith(WireProtocol.NATS_HEADER_PREFIX) && !HOP_BY_HOP.contains(canonical);
	}

	private static String canonical(String name) {
		if (!HttpToken.isName(name)) {
			throw new MalformedMessageException("Malformed header name");
		}
		return trainCase(name);
	}

	private static String trainCase(String name) {
		StringBuilder canonical = new StringBuilder(name.toLowerCase(Locale.ROOT));
		for (int i = 0; i < canonical.length(); i++) {
			if (i == 0 || canonical.charAt(i - 1) == '-') {
				canonical.setCharAt(i, Character.toUpperCase(canonical.charAt(i)));
			}
		}
		return canonical.toString();
	}

	private static void requireValid(String value) {
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			if ((c < ' ' && c != '\t') || c == 0x7F) {
				throw new MalformedMessageException("Header value with a control character");
			}
		}
	}

}
