package io.natsproxy.core.wire;

/**
 * Subjects that messages can be published to.
 */
public final class LiteralSubject {

	private LiteralSubject() {
	}

	/**
	 * Tells whether a text is such a subject: tokens separated by dots, in printable
	 * ASCII, without wildcards or spaces.
	 * @param subject a text
	 * @return whether it is
	 */
	public static boolean isValid(String subject) {
		char before = '.';
		for (int i = 0; i < subject.length(); i++) {
			char character = subject.charAt(i);
			if (character <= ' ' || character >= 0x7F || character == '*' || character == '>'
					|| (character == '.' && before == '.')) {
				return false;
			}
			before = character;
		}
		return before != '.';
	}

}
