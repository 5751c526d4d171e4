package io.natsproxy.core.wire;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.nats.client.impl.Headers;
import org.jspecify.annotations.Nullable;

/**
 * HTTP header fields as NATS headers and back: one NATS header line per value, names in
 * canonical case, values escaped where NATS could not carry them, and nothing of what is
 * never to travel (see {@link HeaderNames}). Both directions apply the same rules, since
 * a peer may be anybody's program. Safe for use by many threads.
 */
final class HeaderCodec {

	private final HeaderNames names = new HeaderNames();

	/**
	 * Writes the end-to-end fields.
	 * @throws MalformedMessageException if a name could not stand in an HTTP message
	 */
	void encode(HeaderFields source, Headers target) {
		Set<String> nominated = nominatedByConnection(source);
		Set<String> toEscape = namesToEscape(source);
		Set<String> escaped = new LinkedHashSet<>(0);
		source.forEach((name, values) -> {
			String canonical = this.names.canonical(name);
			if (!canonical.isEmpty() && (nominated == null || !nominated.contains(HeaderNames.lowerCase(name)))) {
				if (!toEscape.contains(canonical)) {
					target.add(canonical, values);
				}
				else if (!values.isEmpty()) {
					escaped.add(canonical);
					target.add(canonical, values.stream().map(HeaderCodec::escape).toList());
				}
			}
		});
		if (!escaped.isEmpty()) {
			target.add(WireProtocol.ESCAPED_HEADER, String.join(",", escaped));
		}
	}

	/**
	 * Canonical names of which a value must be escaped, and so all of them, in whatever
	 * case the name comes.
	 */
	private Set<String> namesToEscape(HeaderFields source) {
		Set<String> names = new HashSet<>(0);
		source.forEach((name, values) -> {
			if (!isCarriedAsIs(values)) {
				names.add(this.names.canonical(name));
			}
		});
		return names;
	}

	/**
	 * Reads the end-to-end fields.
	 * @throws MalformedMessageException if a name or a value could not stand in an HTTP
	 * message
	 */
	HeaderFields decode(@Nullable Headers source) {
		if (source == null || source.isEmpty()) {
			return HeaderFields.EMPTY;
		}
		Set<String> escaped = escapedNames(source);
		Set<String> nominated = nominatedByConnection(source::forEach);
		List<Field> fields = new ArrayList<>(source.size());
		source.forEach((name, values) -> {
			String canonical = this.names.canonical(name);
			if (!canonical.isEmpty() && (nominated == null || !nominated.contains(HeaderNames.lowerCase(name)))) {
				fields.add(new Field(canonical,
						decoded(values, !escaped.isEmpty() && escaped.contains(HeaderNames.lowerCase(canonical)))));
			}
		});
		return (action) -> {
			for (Field field : fields) {
				action.accept(field.name(), field.values());
			}
		};
	}

	private static List<String> decoded(List<String> values, boolean escaped) {
		List<String> decoded = escaped ? values.stream().map(PercentEncoding::decode).toList() : values;
		requireValid(decoded);
		return decoded;
	}

	static void requireValid(List<String> values) {
		for (String value : values) {
			for (int i = 0; i < value.length(); i++) {
				char c = value.charAt(i);
				if ((c < ' ' && c != '\t') || c == 0x7F) {
					throw new MalformedMessageException("Header value with a control character");
				}
			}
		}
	}

	/**
	 * Names, in lower case, whose values are escaped.
	 */
	private static Set<String> escapedNames(Headers source) {
		List<String> lists = source.get(WireProtocol.ESCAPED_HEADER);
		if (lists == null) {
			return Set.of();
		}
		Set<String> names = new HashSet<>();
		for (String list : lists) {
			for (String name : list.split(",")) {
				names.add(HeaderNames.lowerCase(name.trim()));
			}
		}
		return names;
	}

	/**
	 * Names, in lower case, that the message's {@code Connection} fields declare to be
	 * hop-by-hop (RFC 9110, section 7.6.1); {@code null} when there are none.
	 */
	static @Nullable Set<String> nominatedByConnection(HeaderFields source) {
		Set<String> nominated = new HashSet<>(0);
		source.forEach((name, values) -> {
			if (name.length() == 10 && name.equalsIgnoreCase("Connection")) {
				for (String value : values) {
					for (String option : value.split(",")) {
						nominated.add(HeaderNames.lowerCase(option.trim()));
					}
				}
			}
		});
		return nominated.isEmpty() ? null : nominated;
	}

	private static boolean isCarriedAsIs(List<String> values) {
		for (String value : values) {
			for (int i = 0; i < value.length(); i++) {
				if (!isPrintable(value.charAt(i))) {
					return false;
				}
			}
		}
		return true;
	}

	private static String escape(String value) {
		return PercentEncoding.encode(value, HeaderCodec::isPrintable);
	}

	private static boolean isPrintable(int character) {
		return (character >= ' ' && character < 0x7F) || character == '\t';
	}

	private record Field(String name, List<String> values) {
	}

}
