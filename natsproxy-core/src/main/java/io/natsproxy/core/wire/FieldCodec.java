package io.natsproxy.core.wire;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.natsproxy.core.header.FieldValue;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NatsHeaders;
import org.jspecify.annotations.Nullable;

/**
 * HTTP header fields as NATS headers and back: one NATS header line per value, names in
 * canonical case, values escaped where NATS could not carry them, and nothing of what is
 * never to travel (see {@link HeaderNames}). Both directions apply the same rules, since
 * a peer may be anybody's program. Safe for use by many threads.
 */
final class FieldCodec {

	private final HeaderNames names = new HeaderNames();

	/**
	 * Writes the end-to-end fields.
	 * @throws MalformedMessageException if a name could not stand in an HTTP message
	 */
	void encode(HeaderFields source, NatsHeaders target) {
		int first = target.size();
		NominatedFields nominated = new NominatedFields(this.names);
		Set<String> toEscape = new HashSet<>(0);
		source.forEach((name, values) -> {
			String canonical = this.names.canonical(name);
			if (canonical.isEmpty()) {
				nominated.read(name, values);
				return;
			}
			for (String value : values) {
				if (!isCarriedAsIs(value)) {
					toEscape.add(canonical);
				}
				target.append(canonical, value);
			}
		});
		target.removeAll(nominated.names());
		if (!toEscape.isEmpty()) {
			escape(target, first, toEscape);
		}
	}

	/**
	 * Escapes all values of a name of which one must be, in whatever case the name came.
	 */
	private static void escape(NatsHeaders headers, int first, Set<String> names) {
		Set<String> escaped = new LinkedHashSet<>();
		Set<String> texts = new LinkedHashSet<>();
		for (int i = first; i < headers.size(); i++) {
			if (names.contains(headers.name(i))) {
				escaped.add(headers.name(i));
				if (FieldValue.isText(headers.value(i))) {
					texts.add(headers.name(i));
				}
			}
		}
		for (int i = first; i < headers.size(); i++) {
			if (escaped.contains(headers.name(i))) {
				headers.setValue(i, escape(headers.value(i), texts.contains(headers.name(i))));
			}
		}
		append(WireProtocol.ESCAPED_HEADER, escaped, headers);
		append(WireProtocol.TEXT_HEADER, texts, headers);
	}

	private static void append(String header, Set<String> names, NatsHeaders target) {
		if (!names.isEmpty()) {
			target.append(header, String.join(",", names));
		}
	}

	/**
	 * Reads the end-to-end fields.
	 * @throws MalformedMessageException if a name or a value could not stand in an HTTP
	 * message
	 */
	HeaderFields decode(@Nullable NatsHeaders source) {
		if (source == null || source.isEmpty()) {
			return HeaderFields.EMPTY;
		}
		Set<String> escaped = names(source, WireProtocol.ESCAPED_HEADER);
		Set<String> texts = escaped.isEmpty() ? escaped : names(source, WireProtocol.TEXT_HEADER);
		NominatedFields nominated = new NominatedFields(this.names);
		NatsHeaders fields = new NatsHeaders();
		for (int i = 0; i < source.size(); i++) {
			String name = source.name(i);
			String canonical = this.names.canonical(name);
			if (canonical.isEmpty()) {
				nominated.read(name, List.of(source.value(i)));
			}
			else {
				String lowerCase = escaped.isEmpty() ? "" : HeaderNames.lowerCase(canonical);
				boolean isEscaped = escaped.contains(lowerCase);
				String value = isEscaped ? unescape(source.value(i), texts.contains(lowerCase)) : source.value(i);
				if (isEscaped || !source.isPrintable()) {
					requireValid(value);
				}
				fields.append(canonical, value);
			}
		}
		fields.removeAll(nominated.names());
		return fields;
	}

	static void requireValid(String value) {
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			if ((c < ' ' && c != '\t') || c == 0x7F) {
				throw new MalformedMessageException("Header value with a control character");
			}
		}
	}

	/**
	 * The names, in lower case, that a header lists.
	 */
	private static Set<String> names(NatsHeaders source, String header) {
		if (!source.containsKey(header)) {
			return Set.of();
		}
		Set<String> names = new HashSet<>();
		for (String list : source.get(header)) {
			for (String name : list.split(",")) {
				names.add(HeaderNames.lowerCase(name.trim()));
			}
		}
		return names;
	}

	private static boolean isCarriedAsIs(String value) {
		for (int i = 0; i < value.length(); i++) {
			if (!isPrintable(value.charAt(i))) {
				return false;
			}
		}
		return true;
	}

	private static String escape(String value, boolean text) {
		return PercentEncoding.encode(value.getBytes(charset(text)), FieldCodec::isPrintable);
	}

	private static String unescape(String value, boolean text) {
		return new String(PercentEncoding.octets(value), charset(text));
	}

	private static Charset charset(boolean text) {
		return text ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
	}

	private static boolean isPrintable(int character) {
		return (character >= ' ' && character < 0x7F) || character == '\t';
	}

}
