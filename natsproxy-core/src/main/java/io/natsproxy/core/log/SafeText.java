package io.natsproxy.core.log;

import java.nio.charset.StandardCharsets;

/**
 * Texts of others, made fit for a log or a message: on one line, without characters that
 * control a terminal or the direction of writing, and of bounded length.
 */
public final class SafeText {

	/**
	 * The largest length of a text, in characters.
	 */
	public static final int MAX_LENGTH = 1024;

	/**
	 * The most that a character takes in UTF-8.
	 */
	private static final int MAX_BYTES = 4;

	private static final char REPLACEMENT = '?';

	private static final String ELLIPSIS = "...";

	private SafeText() {
	}

	/**
	 * Returns a text that is at most {@value #MAX_LENGTH} characters long.
	 * @param text a text of anybody
	 * @return the same text where it was fit; else with question marks in place of what
	 * is not printable, and with three dots in place of what is too much
	 */
	public static String of(String text) {
		return of(text, MAX_LENGTH);
	}

	/**
	 * Returns the text of a payload, at most {@value #MAX_LENGTH} characters long. Only
	 * so much of it is read.
	 * @param utf8 a payload of anybody, which should be UTF-8
	 * @return the text, with question marks in place of what is not printable, and with
	 * three dots in place of what is too much
	 */
	public static String of(byte[] utf8) {
		int length = Math.min(utf8.length, (MAX_LENGTH + 1) * MAX_BYTES);
		return of(new String(utf8, 0, length, StandardCharsets.UTF_8));
	}

	/**
	 * Returns a text of bounded length.
	 * @param text a text of anybody
	 * @param maxLength how many characters it may have, three at least
	 * @return the same text where it was fit; else with question marks in place of what
	 * is not printable, and with three dots in place of what is too much
	 */
	public static String of(String text, int maxLength) {
		if (text.length() <= maxLength && isPrintable(text)) {
			return text;
		}
		boolean tooLong = text.length() > maxLength;
		int length = tooLong ? maxLength - ELLIPSIS.length() : text.length();
		StringBuilder fit = new StringBuilder(length + ELLIPSIS.length());
		for (int i = 0; i < length; i++) {
			int codePoint = text.codePointAt(i);
			int chars = Character.charCount(codePoint);
			if (!isPrintable(codePoint) || i + chars > length) {
				fit.append(REPLACEMENT);
			}
			else {
				fit.appendCodePoint(codePoint);
			}
			i += chars - 1;
		}
		return tooLong ? fit.append(ELLIPSIS).toString() : fit.toString();
	}

	private static boolean isPrintable(String text) {
		return text.codePoints().allMatch(SafeText::isPrintable);
	}

	private static boolean isPrintable(int codePoint) {
		if (codePoint < 0x7F) {
			return codePoint >= ' ';
		}
		return switch (Character.getType(codePoint)) {
			case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
					Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED ->
				false;
			default -> true;
		};
	}

}
