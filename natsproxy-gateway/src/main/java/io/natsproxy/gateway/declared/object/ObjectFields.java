package io.natsproxy.gateway.declared.object;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.natsproxy.core.jetstream.StoredObject;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.gateway.headers.FieldList;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Header fields and what an object store keeps of them: those that describe the bytes, as
 * headers of the object, and those that begin with {@value #PREFIX}, as its metadata.
 * Both are cleaned, whoever has written them.
 */
final class ObjectFields {

	static final String PREFIX = "X-Object-Meta-";

	static final String REPR_DIGEST = "Repr-Digest";

	private static final String CONTENT_DIGEST = "Content-Digest";

	private static final List<String> DESCRIBING = List.of(HttpHeaders.CONTENT_TYPE, HttpHeaders.CONTENT_ENCODING,
			HttpHeaders.CONTENT_LANGUAGE, HttpHeaders.CONTENT_DISPOSITION, HttpHeaders.CACHE_CONTROL);

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");

	private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7E\\t]*");

	private static final Pattern SHA_256 = Pattern.compile("\\s*sha-256\\s*=\\s*:([A-Za-z0-9+/]{43}=):\\s*(?:;.*)?");

	private static final int MAX_BYTES = 8 * 1024;

	private static final int MAX_FIELDS = 64;

	private ObjectFields() {
	}

	/**
	 * Returns what is stored as headers.
	 * @param fields the fields of a request
	 * @throws MalformedMessageException if a value is not of ASCII
	 */
	static Map<String, String> headers(FieldList fields) {
		Map<String, String> headers = new LinkedHashMap<>();
		for (String name : DESCRIBING) {
			List<String> values = fields.values(name);
			if (!values.isEmpty()) {
				headers.put(name, value(name, values));
			}
		}
		return headers;
	}

	/**
	 * Returns what is stored as metadata.
	 * @param fields the fields of a request
	 * @throws MalformedMessageException if a value is not of ASCII, or there is too much
	 */
	static Map<String, String> metadata(FieldList fields) {
		Map<String, String> metadata = new LinkedHashMap<>();
		int[] bytes = { 0 };
		fields.forEach((name, values) -> {
			if (name.length() > PREFIX.length() && name.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
				String key = name.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
				String value = value(name, values);
				bytes[0] += key.length() + value.length();
				if (metadata.size() == MAX_FIELDS || bytes[0] > MAX_BYTES) {
					throw new MalformedMessageException(431, "There is more metadata than an object may have");
				}
				metadata.put(key, value);
			}
		});
		return metadata;
	}

	private static String value(String name, List<String> values) {
		String value = String.join(", ", values);
		if (!VALUE.matcher(value).matches()) {
			throw new MalformedMessageException("The header '" + name + "' is not of ASCII alone");
		}
		return value;
	}

	/**
	 * Returns the SHA-256 digest that a request tells of its body (RFC 9530). Digests of
	 * other algorithms are not looked at.
	 * @return the digest in Base64; {@code null} for none
	 * @throws MalformedMessageException if it is malformed, or there are two
	 */
	static @Nullable String sha256(FieldList fields) {
		String found = null;
		for (String name : List.of(REPR_DIGEST, CONTENT_DIGEST)) {
			for (String member : String.join(",", fields.values(name)).split(",")) {
				if (!member.trim().toLowerCase(Locale.ROOT).startsWith("sha-256")) {
					continue;
				}
				Matcher digest = SHA_256.matcher(member);
				if (!digest.matches() || (found != null && !found.equals(digest.group(1)))) {
					throw new MalformedMessageException("The header '" + name + "' has no SHA-256 digest");
				}
				found = digest.group(1);
			}
		}
		return (found != null) ? canonical(found) : null;
	}

	private static String canonical(String base64) {
		return Base64.getEncoder().encodeToString(Base64.getDecoder().decode(base64));
	}

	/**
	 * Returns the field that tells a digest.
	 */
	static String digest(String sha256) {
		return "sha-256=:" + sha256 + ":";
	}

	/**
	 * Returns the fields by which a client recognizes an object that it has.
	 */
	static FieldList validators(StoredObject object) {
		FieldList fields = new FieldList();
		fields.add(HttpHeaders.ETAG, ObjectConditions.tag(object));
		fields.add(HttpHeaders.LAST_MODIFIED, DateTimeFormatter.RFC_1123_DATE_TIME
			.format(ZonedDateTime.ofInstant(ObjectConditions.modified(object), ZoneOffset.UTC)));
		addStored(object, HttpHeaders.CACHE_CONTROL, fields);
		return fields;
	}

	/**
	 * Returns all fields that tell of an object, but for its length.
	 */
	static FieldList of(StoredObject object) {
		FieldList fields = validators(object);
		DESCRIBING.stream()
			.filter((name) -> !name.equals(HttpHeaders.CACHE_CONTROL))
			.forEach((name) -> addStored(object, name, fields));
		if (fields.first(HttpHeaders.CONTENT_TYPE) == null) {
			fields.add(HttpHeaders.CONTENT_TYPE, "application/octet-stream");
		}
		fields.add("X-Content-Type-Options", "nosniff");
		fields.add(HttpHeaders.ACCEPT_RANGES, object.isEven() ? "bytes" : "none");
		String sha256 = object.sha256();
		if (sha256 != null) {
			fields.add(REPR_DIGEST, digest(sha256));
		}
		int bytes = 0;
		int count = 0;
		for (Map.Entry<String, String> entry : object.metadata().entrySet()) {
			bytes += entry.getKey().length() + entry.getValue().length();
			if (++count > MAX_FIELDS || bytes > MAX_BYTES) {
				break;
			}
			if (NAME.matcher(entry.getKey()).matches() && VALUE.matcher(entry.getValue()).matches()) {
				fields.add(PREFIX + entry.getKey(), entry.getValue().trim());
			}
		}
		return fields;
	}

	private static void addStored(StoredObject object, String name, FieldList fields) {
		object.headers().forEach((stored, values) -> {
			String value = String.join(", ", values);
			if (stored.equalsIgnoreCase(name) && value.length() <= MAX_BYTES && VALUE.matcher(value).matches()) {
				fields.set(name, value.trim());
			}
		});
	}

}
