package io.natsproxy.core.websocket;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

import io.natsproxy.core.wire.MalformedMessageException;

/**
 * The reason for which a WebSocket was closed (RFC 6455, section 7.4, and the codes that
 * are registered since).
 *
 * @param code the code, from 1000 to 4999
 * @param reason the reason; what goes beyond 123 bytes in UTF-8 is cut off
 */
public record WebSocketClose(int code, String reason) {

	/**
	 * The purpose is fulfilled.
	 */
	public static final WebSocketClose NORMAL = new WebSocketClose(1000, "");

	/**
	 * A close frame without a code has come. Never sent to a client.
	 */
	public static final WebSocketClose NO_STATUS = new WebSocketClose(1005, "");

	/**
	 * The connection has ended without a close frame. Never sent to a client.
	 */
	public static final int ABNORMAL = 1006;

	/**
	 * A message is longer than allowed.
	 */
	public static final int TOO_BIG = 1009;

	/**
	 * The gateway has lost the service, as a 502 says over HTTP.
	 */
	public static final int BAD_GATEWAY = 1014;

	/**
	 * Longest reason in a close frame, in bytes (RFC 6455, section 5.5).
	 */
	private static final int MAX_REASON = 123;

	public WebSocketClose {
		if (code < 1000 || code > 4999) {
			throw new IllegalArgumentException("Close code " + code + " is not from 1000 to 4999");
		}
		reason = cut(reason);
	}

	/**
	 * Cuts off what does not fit, and no character in two.
	 */
	private static String cut(String reason) {
		if (reason.length() * 3 <= MAX_REASON) {
			return reason;
		}
		CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder()
			.onMalformedInput(CodingErrorAction.REPLACE)
			.onUnmappableCharacter(CodingErrorAction.REPLACE);
		CharBuffer characters = CharBuffer.wrap(reason);
		encoder.encode(characters, ByteBuffer.allocate(MAX_REASON), true);
		return reason.substring(0, characters.position());
	}

	/**
	 * Whether the code may stand in a close frame, and is not reserved for what is told
	 * otherwise (RFC 6455, section 7.4).
	 * @return whether a client can be told
	 */
	public boolean isSendable() {
		return isSendable(this.code);
	}

	/**
	 * Whether a code may stand in a close frame, and is not reserved for what is told
	 * otherwise: those of RFC 6455, section 7.4, and those that are registered since.
	 * @param code the code, any number
	 * @return whether one end may send it to the other
	 */
	public static boolean isSendable(int code) {
		return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
	}

	public byte[] payload() {
		String text = this.reason.isEmpty() ? Integer.toString(this.code) : this.code + " " + this.reason;
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Reads the payload of a close frame.
	 * @throws MalformedMessageException if it does not begin with a code
	 */
	public static WebSocketClose parse(byte[] payload) {
		String text = new String(payload, StandardCharsets.UTF_8);
		int space = text.indexOf(' ');
		String code = (space >= 0) ? text.substring(0, space) : text;
		if (code.length() != 4 || code.charAt(0) == '0' || !code.chars().allMatch((c) -> c >= '0' && c <= '9')
				|| code.charAt(0) > '4') {
			throw new MalformedMessageException("Malformed close code");
		}
		return new WebSocketClose(Integer.parseInt(code), (space >= 0) ? text.substring(space + 1) : "");
	}

}
