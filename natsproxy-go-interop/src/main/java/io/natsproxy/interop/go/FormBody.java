package io.natsproxy.interop.go;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.natsproxy.interop.go.proto.GoMessages;

/**
 * The body of a form that comes parsed, without its bytes.
 */
final class FormBody {

	static final String MEDIA_TYPE = "application/x-www-form-urlencoded";

	private FormBody() {
	}

	/**
	 * Tells whether a body of the type may be such a form.
	 */
	static boolean isForm(String contentType) {
		int parameters = contentType.indexOf(';');
		String type = (parameters >= 0) ? contentType.substring(0, parameters) : contentType;
		return type.trim().equalsIgnoreCase(MEDIA_TYPE);
	}

	/**
	 * Puts the body together again. A parsed form in Go holds the values of the query
	 * too, of each name behind those of the body: handlers of ours find them in the
	 * query, and must not find them twice.
	 * @param form the parsed form
	 * @param query the raw query
	 * @return the body in ASCII; empty when the form holds nothing but the query
	 */
	static byte[] of(Map<String, GoMessages.Values> form, String query) {
		StringBuilder body = new StringBuilder();
		Map<String, List<String>> ofQuery = parse(query);
		form.forEach((name, values) -> {
			for (String value : withoutQuery(values.getValueList(), ofQuery.getOrDefault(name, List.of()))) {
				body.append((body.length() > 0) ? "&" : "").append(encode(name)).append('=').append(encode(value));
			}
		});
		return body.toString().getBytes(StandardCharsets.US_ASCII);
	}

	private static List<String> withoutQuery(List<String> values, List<String> query) {
		int ofBody = values.size() - query.size();
		boolean endsWithQuery = ofBody >= 0 && values.subList(ofBody, values.size()).equals(query);
		return endsWithQuery ? values.subList(0, ofBody) : values;
	}

	private static Map<String, List<String>> parse(String query) {
		Map<String, List<String>> parsed = new HashMap<>();
		for (String pair : query.split("&")) {
			int equals = pair.indexOf('=');
			String name = (equals >= 0) ? pair.substring(0, equals) : pair;
			String value = (equals >= 0) ? pair.substring(equals + 1) : "";
			if (!pair.isEmpty()) {
				parsed.computeIfAbsent(decode(name), (key) -> new ArrayList<>(1)).add(decode(value));
			}
		}
		return parsed;
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	private static String decode(String text) {
		try {
			return URLDecoder.decode(text, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			// Go leaves a malformed pair out of the form.
			return text;
		}
	}

}
