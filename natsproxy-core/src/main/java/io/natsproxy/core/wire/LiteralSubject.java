package io.natsproxy.core.wire;

/**
 * Subjects that messages can be published to.
 */
public final class LiteralSubject {

	private LiteralSubject() {
	}

	/**
	 * Whether a text is such a subject: tokens separated by dots, in printable ASCII,
	 * without wildcards or spaces.
	 * @param subject a text
	 * @return whether it is
	 */
	public static boolean isValid(String subject) {
		for (String token : subject.split("\\.", -1)) {
			if (token.isEmpty() || token.chars().anyMatch((c) -> c <= ' ' || c >= 0x7F || c == '*' || c == '>')) {
				return false;
			}
		}
		return true;
	}

}
