package io.natsproxy.core.discovery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.nats.client.support.JsonParseException;
import io.nats.client.support.JsonParser;
import io.nats.client.support.JsonValue;
import io.natsproxy.core.wire.LiteralSubject;
import org.jspecify.annotations.Nullable;

/**
 * Reads what services of anybody tell of themselves. Takes nothing for granted: what is
 * malformed is no service, or no endpoint, and what is too long is left out.
 */
final class DiscoveryReader {

	/**
	 * Longest text, in characters.
	 */
	private static final int MAX_TEXT = 1024;

	/**
	 * Most entries of metadata.
	 */
	private static final int MAX_ENTRIES = 32;

	private static final int MAX_DIGITS = 9;

	private DiscoveryReader() {
	}

	/**
	 * Reads a message.
	 * @param payload the payload
	 * @return what it tells, or {@code null} if it is nothing that a service tells
	 */
	static @Nullable Part read(byte[] payload) {
		JsonValue json = parse(payload);
		if (json == null) {
			return null;
		}
		String type = text(json, "type");
		String name = text(json, "name");
		String id = text(json, "id");
		if (type == null || name == null || id == null || !isToken(name) || !isToken(id)) {
			return null;
		}
		boolean info = type.equals(DiscoveryVerb.INFO.responseType());
		if (!info && !type.equals(DiscoveryVerb.PING.responseType())) {
			return null;
		}
		Map<String, String> metadata = metadata(json);
		String version = text(json, "version");
		return new Part(info, new DiscoveredService(name, id, (version != null) ? version : "", metadata,
				info ? endpoints(json) : List.of()), next(metadata));
	}

	private static @Nullable JsonValue parse(byte[] payload) {
		try {
			return JsonParser.parse(payload);
		}
		catch (JsonParseException | RuntimeException | StackOverflowError ex) {
			// Nested without end, among others.
			return null;
		}
	}

	/**
	 * Reads the statistics of an instance.
	 * @param payload the payload
	 * @return the sums over its endpoints, or {@code null} if it is nothing that a
	 * service tells
	 */
	static @Nullable InstanceStatistics readStatistics(byte[] payload) {
		JsonValue json = parse(payload);
		String name = (json != null) ? text(json, "name") : null;
		String id = (json != null) ? text(json, "id") : null;
		if (json == null || name == null || id == null || !isToken(name) || !isToken(id)
				|| !DiscoveryVerb.STATS.responseType().equals(text(json, "type"))) {
			return null;
		}
		long requests = 0;
		long errors = 0;
		long nanos = 0;
		String lastError = "";
		JsonValue endpoints = (json.map != null) ? json.map.get("endpoints") : null;
		if (endpoints != null && endpoints.array != null) {
			for (JsonValue endpoint : endpoints.array) {
				requests = sum(requests, count(endpoint, "num_requests"));
				errors = sum(errors, count(endpoint, "num_errors"));
				nanos = sum(nanos, count(endpoint, "processing_time"));
				String error = text(endpoint, "last_error");
				lastError = (error != null && !error.isEmpty()) ? error : lastError;
			}
		}
		String started = text(json, "started");
		return new InstanceStatistics(name, id, (started != null) ? started : "", requests, errors, nanos, lastError);
	}

	/**
	 * Reads a number from zero on; what is malformed is zero.
	 */
	private static long count(JsonValue json, String name) {
		JsonValue value = (json.map != null) ? json.map.get(name) : null;
		return (value != null && value.number != null) ? Math.max(0, value.number.longValue()) : 0;
	}

	/**
	 * Returns a sum that is not negative, whatever others tell.
	 */
	private static long sum(long one, long other) {
		return (one > Long.MAX_VALUE - other) ? Long.MAX_VALUE : one + other;
	}

	private static boolean isToken(String text) {
		return LiteralSubject.isValid(text) && text.indexOf('.') < 0;
	}

	private static List<DiscoveredEndpoint> endpoints(JsonValue json) {
		JsonValue value = (json.map != null) ? json.map.get("endpoints") : null;
		if (value == null || value.array == null) {
			return List.of();
		}
		List<DiscoveredEndpoint> endpoints = new ArrayList<>();
		for (JsonValue each : value.array) {
			String subject = text(each, "subject");
			if (subject != null) {
				endpoints.add(new DiscoveredEndpoint(subject, metadata(each)));
			}
		}
		return endpoints;
	}

	private static Map<String, String> metadata(JsonValue json) {
		JsonValue value = (json.map != null) ? json.map.get("metadata") : null;
		if (value == null || value.map == null) {
			return Map.of();
		}
		Map<String, String> metadata = new HashMap<>();
		for (String key : value.map.keySet()) {
			String text = text(value, key);
			if (text != null && key.length() <= MAX_TEXT && metadata.size() < MAX_ENTRIES) {
				metadata.put(key, text);
			}
		}
		return Map.copyOf(metadata);
	}

	private static int next(Map<String, String> metadata) {
		String next = metadata.get(DiscoveryReplies.NEXT);
		return (next != null && next.length() <= MAX_DIGITS && next.matches("[0-9]+")) ? Integer.parseInt(next) : -1;
	}

	private static @Nullable String text(JsonValue json, String name) {
		JsonValue value = (json.map != null) ? json.map.get(name) : null;
		String text = (value != null) ? value.string : null;
		return (text != null && text.length() <= MAX_TEXT) ? text : null;
	}

	/**
	 * Part of what an instance tells.
	 *
	 * @param isInfo whether it tells endpoints, too
	 * @param service the instance, with the endpoints of this part
	 * @param next how many endpoints come before those that follow; -1 if none do
	 */
	record Part(boolean isInfo, DiscoveredService service, int next) {

	}

}
