package io.natsproxy.gateway.declared.object;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.jetstream.ObjectPage;
import io.natsproxy.core.jetstream.StoredObject;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.ResponseHead;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.util.MultiValueMap;

/**
 * A page of a listing that a client asks for.
 *
 * @param prefix what the names begin with
 * @param after the position after which it begins
 * @param limit the most objects
 */
record ObjectListing(String prefix, long after, int limit) {

	private static final int DEFAULT_LIMIT = 100;

	private static final int MAX_LIMIT = 1000;

	private static final JsonMapper mapper = new JsonMapper();

	/**
	 * Reads the query of a request.
	 * @throws MalformedMessageException if it is malformed
	 */
	static ObjectListing of(MultiValueMap<String, String> query) {
		String prefix = query.getFirst("prefix");
		return new ObjectListing((prefix != null) ? prefix : "", number(query, "after", 0, 0, Long.MAX_VALUE - 1),
				(int) number(query, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT));
	}

	private static long number(MultiValueMap<String, String> query, String name, long otherwise, long min, long max) {
		String text = query.getFirst(name);
		if (text == null) {
			return otherwise;
		}
		try {
			long number = Long.parseLong(text);
			if (number >= min && number <= max) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// Told like a number that is out of bounds.
		}
		throw new MalformedMessageException("'" + name + "' is a number from " + min + " to " + max);
	}

	/**
	 * Writes a page.
	 */
	static NatsReply reply(ObjectPage page) {
		List<Map<String, Object>> objects = new ArrayList<>();
		for (StoredObject object : page.objects()) {
			Map<String, Object> properties = new LinkedHashMap<>();
			properties.put("name", object.name());
			properties.put("size", object.size());
			properties.put("etag", ObjectConditions.tag(object));
			putIfPresent(properties, "sha256", object.sha256());
			properties.put("modified", object.modified().toString());
			putIfPresent(properties, "link", object.link());
			objects.add(properties);
		}
		Map<String, Object> json = new LinkedHashMap<>();
		json.put("objects", objects);
		putIfPresent(json, "next", page.next());
		return new NatsReply(
				new ResponseHead(200, HeaderFields.of(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE)),
				mapper.writeValueAsBytes(json));
	}

	private static void putIfPresent(Map<String, Object> properties, String name, @Nullable Object value) {
		if (value != null) {
			properties.put(name, value);
		}
	}

}
