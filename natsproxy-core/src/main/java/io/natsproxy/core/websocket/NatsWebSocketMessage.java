package io.natsproxy.core.websocket;

import java.nio.charset.StandardCharsets;

import io.natsproxy.core.wire.FrameKind;
import io.natsproxy.core.wire.WireProtocol;

/**
 * A message of a WebSocket (RFC 6455, section 5.6), or one of its pings and pongs.
 *
 * @param type what it is
 * @param payload its payload, not copied, so not to be changed
 */
public record NatsWebSocketMessage(Type type, byte[] payload) {

	/**
	 * Longest payload of a ping or a pong, in bytes (RFC 6455, section 5.5).
	 */
	public static final int MAX_CONTROL_SIZE = 125;

	/**
	 * Creates a text message.
	 * @param text the text
	 * @return the message
	 */
	public static NatsWebSocketMessage text(String text) {
		return new NatsWebSocketMessage(Type.TEXT, text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Creates a binary message.
	 * @param payload the payload, not copied
	 * @return the message
	 */
	public static NatsWebSocketMessage binary(byte[] payload) {
		return new NatsWebSocketMessage(Type.BINARY, payload);
	}

	/**
	 * Returns what the message takes of a window.
	 * @return bytes, more than none even for an empty message
	 */
	int cost() {
		return this.payload.length + WireProtocol.MESSAGE_OVERHEAD;
	}

	/**
	 * The types of messages.
	 */
	public enum Type {

		/**
		 * Text in UTF-8.
		 */
		TEXT(FrameKind.TEXT),

		/**
		 * Bytes.
		 */
		BINARY(FrameKind.BINARY),

		/**
		 * A ping; at most 125 bytes.
		 */
		PING(FrameKind.PING),

		/**
		 * A pong; at most 125 bytes.
		 */
		PONG(FrameKind.PONG);

		private final FrameKind kind;

		Type(FrameKind kind) {
			this.kind = kind;
		}

		FrameKind kind() {
			return this.kind;
		}

		boolean isControl() {
			return this == PING || this == PONG;
		}

	}

}
