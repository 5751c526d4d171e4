package io.natsproxy.broker;

/**
 * The grammar of subjects: tokens separated by dots, none of them empty. In a
 * subscription {@code *} stands for one token, and {@code >} as the last token for one or
 * more.
 */
final class Subjects {

	static final String ANY_TOKEN = "*";

	static final String ANY_TAIL = ">";

	private Subjects() {
	}

	/**
	 * Returns whether a subscription may have this subject.
	 */
	static boolean isValid(String subject) {
		int tail = indexOfToken(subject, '>');
		return !hasEmptyToken(subject) && (tail < 0 || tail == subject.length() - 1);
	}

	/**
	 * Returns whether the subject is valid and without wildcards.
	 */
	static boolean isValidLiteral(String subject) {
		return !hasEmptyToken(subject) && indexOfToken(subject, '>') < 0 && indexOfToken(subject, '*') < 0;
	}

	static boolean hasEmptyToken(String subject) {
		return subject.isEmpty() || subject.charAt(0) == '.' || subject.endsWith(".") || subject.contains("..");
	}

	/**
	 * Returns where a character stands for the first time as a whole token, or -1.
	 */
	private static int indexOfToken(String subject, char token) {
		int index = subject.indexOf(token);
		while (index >= 0) {
			boolean begins = index == 0 || subject.charAt(index - 1) == '.';
			boolean ends = index == subject.length() - 1 || subject.charAt(index + 1) == '.';
			if (begins && ends) {
				return index;
			}
			index = subject.indexOf(token, index + 1);
		}
		return -1;
	}

}
