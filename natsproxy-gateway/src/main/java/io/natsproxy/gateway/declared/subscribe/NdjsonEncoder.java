package io.natsproxy.gateway.declared.subscribe;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

import io.natsproxy.core.websocket.Utf8;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes one value of JSON in each line. A payload that is one is a line by itself, and
 * the member {@code $data} of an object beside {@code $id} where it has an id; any other
 * is the member {@code $text} or, in Base64, {@code $base64} of an object. An empty line
 * is a sign of life.
 */
final class NdjsonEncoder implements EventEncoder {

	private static final JsonFactory JSON = new JsonFactory();

	private static final byte[] NOTHING = {};

	private static final byte[] HEARTBEAT = { '\n' };

	@Override
	public byte[] start() {
		return NOTHING;
	}

	@Override
	public byte[] heartbeat() {
		return HEARTBEAT;
	}

	@Override
	public byte[] position(String id) {
		return line(positionJson(id));
	}

	/**
	 * Writes a position as a value of JSON.
	 */
	static String positionJson(String id) {
		return "{\"$id\":\"" + id + "\"}";
	}

	@Override
	public byte[] message(@Nullable String id, byte[] payload) {
		return line(json(id, payload));
	}

	/**
	 * Writes a message as a value of JSON.
	 */
	static String json(@Nullable String id, byte[] payload) {
		String value = value(payload);
		return (id != null) ? "{\"$id\":\"" + id + "\",\"$data\":" + value + "}" : value;
	}

	private static String value(byte[] payload) {
		if (!Utf8.isValid(payload)) {
			return "{\"$base64\":\"" + Base64.getEncoder().encodeToString(payload) + "\"}";
		}
		String text = new String(payload, StandardCharsets.UTF_8);
		if (isValue(text)) {
			// A string has no line breaks of its own: they stand between tokens.
			return text.replace('\n', ' ').replace('\r', ' ');
		}
		return "{\"$text\":\"" + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + "\"}";
	}

	private static boolean isValue(String text) {
		try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
			if (parser.nextToken() == null) {
				return false;
			}
			parser.skipChildren();
			return parser.currentToken() != null && parser.nextToken() == null;
		}
		catch (JacksonException ex) {
			return false;
		}
	}

	@Override
	public byte[] gap(@Nullable String id, Gap gap) {
		return line(json(id, gap));
	}

	/**
	 * Writes a gap as a value of JSON.
	 */
	static String json(@Nullable String id, Gap gap) {
		return "{" + ((id != null) ? "\"$id\":\"" + id + "\"," : "") + "\"$gap\":" + gap.toJson() + "}";
	}

	private static byte[] line(String json) {
		return (json + "\n").getBytes(StandardCharsets.UTF_8);
	}

}
