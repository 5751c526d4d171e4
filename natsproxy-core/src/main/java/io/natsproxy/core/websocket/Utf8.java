package io.natsproxy.core.websocket;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The check that a text message has to pass (RFC 6455, section 8.1).
 */
public final class Utf8 {

	private Utf8() {
	}

	/**
	 * Whether bytes are text in UTF-8.
	 * @param bytes the bytes
	 * @return whether they are
	 */
	public static boolean isValid(byte[] bytes) {
		for (int i = 0; i < bytes.length; i++) {
			if (bytes[i] < 0) {
				return isDecodable(ByteBuffer.wrap(bytes, i, bytes.length - i));
			}
		}
		return true;
	}

	private static boolean isDecodable(ByteBuffer bytes) {
		try {
			StandardCharsets.UTF_8.newDecoder().decode(bytes);
			return true;
		}
		catch (CharacterCodingException ex) {
			return false;
		}
	}

}
