package io.natsproxy.core.wire;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * What a frame of a stream is for.
 */
public enum FrameKind {

	/**
	 * A part of the body.
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
	 * The sender of the frame is still there.
	 */
	PING,

	/**
	 * One instance takes the streamed body of a request: the reply subject of the message
	 * is its own, the payload is the first credit.
	 */
	ACCEPT;

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
