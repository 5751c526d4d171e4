package io.natsproxy.core.wire;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * The kinds of frames of a stream or a WebSocket.
 */
public enum FrameKind {

	/**
	 * A part of the body, or of a message of a WebSocket that is not its last.
	 */
	DATA,

	/**
	 * The body is complete.
	 */
	END,

	/**
	 * The body will not be completed; the payload says why, in UTF-8.
	 */
	ERROR,

	/**
	 * The receiver wants no more of the body.
	 */
	CANCEL,

	/**
	 * The receiver takes more bytes; the payload is their number, in ASCII digits.
	 */
	CREDIT,

	/**
	 * The sender of the frame is still there; for WebSockets a ping of theirs.
	 */
	PING,

	/**
	 * One instance takes the streamed body of a request: the reply subject of the message
	 * is its own, the payload is the first credit.
	 */
	ACCEPT,

	/**
	 * A text message of a WebSocket, in UTF-8, or the last part of one.
	 */
	TEXT,

	/**
	 * A binary message of a WebSocket, or the last part of one.
	 */
	BINARY,

	/**
	 * A pong of a WebSocket.
	 */
	PONG,

	/**
	 * The WebSocket is closed; the payload is the code in ASCII digits and, behind a
	 * space, the reason in UTF-8.
	 */
	CLOSE;

	private final String token = name().toLowerCase(Locale.ROOT);

	/**
	 * Returns how the kind is written.
	 * @return a word in lower case
	 */
	public String token() {
		return this.token;
	}

	static @Nullable FrameKind of(String token) {
		for (FrameKind kind : values()) {
			if (kind.token.equals(token)) {
				return kind;
			}
		}
		return null;
	}

}
