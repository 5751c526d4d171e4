package io.natsproxy.core.header;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a header field's value (RFC 9110, section 5.5), which no charset belongs
 * to. In a {@link String} each character is one byte, as HTTP servers and clients of the
 * JVM read and write them. A value with a character above U+00FF is not of this kind, but
 * a text that a program has set, whose bytes are its UTF-8 form. Values of ASCII, as
 * nearly all are, are returned as they are.
 */
public final class FieldValue {

	private static final char LAST_ASCII = 0x7F;

	private static final char LAST_OF_ONE_BYTE = 0xFF;

	private FieldValue() {
	}

	/**
	 * Tells whether a value is a text that a program has set.
	 */
	public static boolean isText(String value) {
		return !isWithin(value, LAST_OF_ONE_BYTE);
	}

	/**
	 * Returns the value as it is to be written by a server that writes one byte for each
	 * character.
	 * @param value the value
	 * @return the value, or the UTF-8 form of a text
	 */
	public static String toBytes(String value) {
		return isText(value) ? ofText(value) : value;
	}

	/**
	 * Returns the value for a format that carries texts.
	 * @param value the value
	 * @return the text whose UTF-8 form the bytes are; where they are none, the text in
	 * ISO 8859-1
	 */
	public static String toText(String value) {
		if (isWithin(value, LAST_ASCII) || isText(value)) {
			return value;
		}
		try {
			// A decoder of one's own reports what is malformed.
			return StandardCharsets.UTF_8.newDecoder()
				.decode(ByteBuffer.wrap(value.getBytes(StandardCharsets.ISO_8859_1)))
				.toString();
		}
		catch (CharacterCodingException ex) {
			return value;
		}
	}

	/**
	 * Returns the value that a format carries as a text.
	 * @param text the text
	 * @return the value, with one character for each byte of its UTF-8 form
	 */
	public static String ofText(String text) {
		return isWithin(text, LAST_ASCII) ? text
				: new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
	}

	private static boolean isWithin(String value, char last) {
		for (int i = 0; i < value.length(); i++) {
			if (value.charAt(i) > last) {
				return false;
			}
		}
		return true;
	}

}
