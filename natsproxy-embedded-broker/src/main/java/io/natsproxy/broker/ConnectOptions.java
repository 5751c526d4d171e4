package io.natsproxy.broker;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The options that a client names in its {@code CONNECT}; the others have the defaults of
 * nats-server.
 */
record ConnectOptions(boolean verbose, boolean pedantic, boolean echo, boolean headers, boolean noResponders,
		int protocol, @Nullable String user, @Nullable String password, @Nullable String token) {

	/** The options of a client that has not sent {@code CONNECT}. */
	static final ConnectOptions DEFAULT = new ConnectOptions(true, true, true, false, false, 0, null, null, null);

	/** The fields that change nothing, but must be text if they are there. */
	private static final List<String> IGNORED_TEXTS = List.of("name", "lang", "version");

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.build();

	/**
	 * Returns these options with what another {@code CONNECT} names. Field names are
	 * compared without regard to case; {@code null} and unknown fields change nothing.
	 * @throws ProtocolException if it is not JSON, or a value has the wrong type
	 */
	ConnectOptions with(String json) throws ProtocolException {
		Map<String, JsonNode> fields = new HashMap<>();
		for (Map.Entry<String, JsonNode> field : read(json).properties()) {
			if (!field.getValue().isNull()) {
				fields.put(field.getKey().toLowerCase(Locale.ROOT), field.getValue());
			}
		}
		for (String ignored : IGNORED_TEXTS) {
			text(fields.get(ignored), null);
		}
		return new ConnectOptions(flag(fields.get("verbose"), this.verbose),
				flag(fields.get("pedantic"), this.pedantic), flag(fields.get("echo"), this.echo),
				flag(fields.get("headers"), this.headers), flag(fields.get("no_responders"), this.noResponders),
				number(fields.get("protocol"), this.protocol), text(fields.get("user"), this.user),
				text(fields.get("pass"), this.password), text(fields.get("auth_token"), this.token));
	}

	private static JsonNode read(String json) throws ProtocolException {
		try {
			JsonNode root = MAPPER.readTree(json);
			require(root.isObject() || root.isNull());
			return root;
		}
		catch (JacksonException ex) {
			throw new ProtocolException(ProtocolError.MALFORMED);
		}
	}

	private static boolean flag(@Nullable JsonNode value, boolean fallback) throws ProtocolException {
		require(value == null || value.isBoolean());
		return (value != null) ? value.booleanValue() : fallback;
	}

	private static int number(@Nullable JsonNode value, int fallback) throws ProtocolException {
		require(value == null || (value.isIntegralNumber() && value.canConvertToInt()));
		return (value != null) ? value.intValue() : fallback;
	}

	private static @Nullable String text(@Nullable JsonNode value, @Nullable String fallback) throws ProtocolException {
		require(value == null || value.isString());
		return (value != null) ? value.stringValue() : fallback;
	}

	private static void require(boolean condition) throws ProtocolException {
		if (!condition) {
			throw new ProtocolException(ProtocolError.MALFORMED);
		}
	}

}
