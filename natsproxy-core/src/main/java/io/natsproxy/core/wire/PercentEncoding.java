package io.natsproxy.core.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntPredicate;

/**
 * Percent-encoding with upper-case hexadecimal digits (RFC 3986, section 2.1), shared by
 * subjects and header values.
 */
public final class PercentEncoding {

	private static final char[] HEX = "0123456789ABCDEF".toCharArray();

	private PercentEncoding() {
	}

	/**
	 * Appends one byte as {@code %XX}.
	 * @param octet the byte; only its low eight bits count
	 * @param target what to append to
	 */
	public static void append(int octet, StringBuilder target) {
		target.append('%').append(HEX[(octet >> 4) & 0xF]).append(HEX[octet & 0xF]);
	}

	/**
	 * Reads the byte encoded by the three characters at an index.
	 * @param value the encoded text
	 * @param index where the percent sign stands
	 * @return the byte, from 0 to 255
	 * @throws MalformedMessageException if two hexadecimal digits do not follow
	 */
	public static int octetAt(String value, int index) {
		int high = (index + 2 < value.length()) ? Character.digit(value.charAt(index + 1), 16) : -1;
		int low = (high >= 0) ? Character.digit(value.charAt(index + 2), 16) : -1;
		if (low < 0 || value.charAt(index + 1) > 'f' || value.charAt(index + 2) > 'f') {
			throw new MalformedMessageException("Malformed percent-encoding");
		}
		return (high << 4) | low;
	}

	/**
	 * Encodes the bytes that are not to stand for themselves.
	 * @param octets the bytes
	 * @param literal which ASCII characters stand for themselves; never asked about '%',
	 * which is always encoded
	 * @return the encoded text
	 */
	public static String encode(byte[] octets, IntPredicate literal) {
		StringBuilder encoded = new StringBuilder(octets.length + 16);
		for (byte octet : octets) {
			if (octet > 0 && octet != '%' && literal.test(octet)) {
				encoded.append((char) octet);
			}
			else {
				append(octet, encoded);
			}
		}
		return encoded.toString();
	}

	/**
	 * Decodes as UTF-8.
	 * @param value the encoded text
	 * @return the text
	 * @throws MalformedMessageException if a percent sign has no two hexadecimal digits
	 */
	public static String decode(String value) {
		return (value.indexOf('%') >= 0) ? new String(octets(value), StandardCharsets.UTF_8) : value;
	}

	/**
	 * Decodes to bytes.
	 * @param value the encoded text, of ASCII
	 * @return the bytes
	 * @throws MalformedMessageException if a percent sign has no two hexadecimal digits
	 */
	public static byte[] octets(String value) {
		ByteArrayOutputStream decoded = new ByteArrayOutputStream(value.length());
		for (int i = 0; i < value.length(); i++) {
			char character = value.charAt(i);
			if (character == '%') {
				decoded.write(octetAt(value, i));
				i += 2;
			}
			else {
				decoded.write(character);
			}
		}
		return decoded.toByteArray();
	}

}
