package io.natsproxy.core.websocket;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

import io.nats.client.support.Encoding;
import io.nats.client.support.JsonParseException;
import io.nats.client.support.JsonParser;
import io.nats.client.support.JsonValue;
import io.natsproxy.core.wire.MalformedMessageException;
import org.jspecify.annotations.Nullable;

/**
 * An event of one WebSocket, or of all of a gateway.
 *
 * @param type what has happened
 * @param gateway the id of the gateway
 * @param socket the id of the WebSocket; {@code null} where a gateway is gone
 * @param path the raw path of its handshake, where it has been connected; else
 * {@code null}
 * @param close why it is closed, where it is; else {@code null}
 */
public record WebSocketEvent(Type type, String gateway, @Nullable String socket, @Nullable String path,
		@Nullable WebSocketClose close) {

	byte[] toJson() {
		StringBuilder json = new StringBuilder(160);
		json.append('{');
		append(json, "type", this.type.token());
		append(json.append(','), "gateway", this.gateway);
		if (this.socket != null) {
			append(json.append(','), "socket", this.socket);
		}
		if (this.path != null) {
			append(json.append(','), "path", this.path);
		}
		if (this.close != null) {
			json.append(",\"code\":").append(this.close.code());
			append(json.append(','), "reason", this.close.reason());
		}
		return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
	}

	private static void append(StringBuilder json, String name, String value) {
		json.append('"').append(name).append("\":\"");
		Encoding.jsonEncode(json, value);
		json.append('"');
	}

	/**
	 * Reads an event.
	 * @throws MalformedMessageException if it is none
	 */
	public static WebSocketEvent parse(byte[] payload) {
		try {
			JsonValue json = JsonParser.parse(payload);
			String gateway = text(json, "gateway");
			Type type = Type.of(text(json, "type"));
			if (json.map == null || gateway == null || type == null) {
				throw new MalformedMessageException("The event is malformed");
			}
			JsonValue code = json.map.get("code");
			String reason = text(json, "reason");
			WebSocketClose close = (code != null && code.i != null)
					? new WebSocketClose(code.i, (reason != null) ? reason : "") : null;
			return new WebSocketEvent(type, gateway, text(json, "socket"), text(json, "path"), close);
		}
		catch (JsonParseException | IllegalArgumentException ex) {
			throw new MalformedMessageException("The event is malformed");
		}
	}

	private static @Nullable String text(JsonValue json, String name) {
		JsonValue value = (json.map != null) ? json.map.get(name) : null;
		return (value != null) ? value.string : null;
	}

	/**
	 * The kinds of events.
	 */
	public enum Type {

		/**
		 * A service has accepted a WebSocket.
		 */
		CONNECTED,

		/**
		 * A WebSocket is closed.
		 */
		DISCONNECTED,

		/**
		 * A gateway has gone, and all of its WebSockets with it. Said by each instance of
		 * a service that had accepted some of them.
		 */
		GATEWAY_LOST;

		private final String token = name().toLowerCase(Locale.ROOT).replace('_', '-');

		/**
		 * Returns how the type is written.
		 * @return a word in lower case
		 */
		public String token() {
			return this.token;
		}

		private static @Nullable Type of(@Nullable String token) {
			for (Type type : values()) {
				if (type.token.equals(token)) {
					return type;
				}
			}
			return null;
		}

	}

}
