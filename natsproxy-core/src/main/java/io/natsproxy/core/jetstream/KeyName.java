package io.natsproxy.core.jetstream;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.PercentEncoding;

/**
 * Keys of buckets, of texts that come from strangers. Each text becomes one token of a
 * key, between whose tokens there are dots. Letters, digits, {@code -}, {@code _} and
 * {@code /} stand for themselves, and so does {@code =} where no two upper-case
 * hexadecimal digits follow; every other byte of the text in UTF-8 is written as
 * {@code =XX}. No two lists of texts become the same key, and none has a wildcard.
 */
public final class KeyName {

	/**
	 * The longest key, in bytes: a subject has to fit the line of the protocol.
	 */
	public static final int MAX_LENGTH = 1024;

	private static final String HEX = "0123456789ABCDEF";

	private KeyName() {
	}

	/**
	 * Makes a key.
	 * @param texts the decoded texts, one for each token
	 * @return the key
	 * @throws MalformedMessageException if there is none, one is empty, or the key is too
	 * long
	 */
	public static String of(List<String> texts) {
		StringBuilder key = new StringBuilder();
		for (String text : texts) {
			append(text.getBytes(StandardCharsets.UTF_8), key);
		}
		return checked(key);
	}

	/**
	 * Makes a key of a subject, whose tokens are in the encoding of the wire protocol.
	 * @param subject the subject
	 * @return the key
	 * @throws MalformedMessageException as {@link #of}
	 */
	public static String ofSubject(String subject) {
		StringBuilder key = new StringBuilder();
		for (String token : subject.split("\\.", -1)) {
			append(PercentEncoding.octets(token), key);
		}
		return checked(key);
	}

	/**
	 * Tells whether a text may be the beginning of a key.
	 * @param text a text
	 * @return whether it may be, or is empty
	 */
	public static boolean isPrefix(String text) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			boolean separator = c == '.' && i > 0 && text.charAt(i - 1) != '.';
			if (!separator && c != '=' && !isLiteral(c)) {
				return false;
			}
		}
		return text.length() <= MAX_LENGTH;
	}

	private static void append(byte[] octets, StringBuilder key) {
		if (octets.length == 0) {
			throw new MalformedMessageException("A part of the key is empty");
		}
		if (!key.isEmpty()) {
			key.append('.');
		}
		for (int i = 0; i < octets.length; i++) {
			int octet = octets[i] & 0xFF;
			if (isLiteral(octet) || (octet == '=' && !(isHex(octets, i + 1) && isHex(octets, i + 2)))) {
				key.append((char) octet);
			}
			else {
				key.append('=').append(HEX.charAt(octet >> 4)).append(HEX.charAt(octet & 0xF));
			}
		}
	}

	private static boolean isHex(byte[] octets, int index) {
		return index < octets.length && HEX.indexOf(octets[index]) >= 0;
	}

	private static boolean isLiteral(int c) {
		return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_'
				|| c == '/';
	}

	private static String checked(StringBuilder key) {
		if (key.isEmpty()) {
			throw new MalformedMessageException("The key is empty");
		}
		if (key.length() > MAX_LENGTH) {
			throw new MalformedMessageException(414, "The key is longer than " + MAX_LENGTH + " bytes");
		}
		return key.toString();
	}

}
