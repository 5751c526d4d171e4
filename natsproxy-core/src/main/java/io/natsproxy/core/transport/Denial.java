package io.natsproxy.core.transport;

import org.jspecify.annotations.Nullable;

/**
 * A permission that a server denies, as it says in an error.
 *
 * @param kind whether it is to publish or to subscribe
 * @param subject the subject, or {@code null} where it is one subscription too many
 * @param queueGroup the queue group of a subscription, where the error tells it
 * @param subscription the id of a subscription that was permitted before, where the error
 * tells it
 */
public record Denial(Kind kind, @Nullable String subject, @Nullable String queueGroup, @Nullable String subscription) {

	/**
	 * The kind of an action.
	 */
	public enum Kind {

		/**
		 * A message was not published.
		 */
		PUBLISH,

		/**
		 * A subscription was not made, or has been ended.
		 */
		SUBSCRIPTION

	}

	private static final String VIOLATION = "Permissions Violation for ";

	private static final String PUBLISH = VIOLATION + "Publish ";

	private static final String SUBSCRIPTION = VIOLATION + "Subscription to ";

	private static final String TOO_MANY = "maximum subscriptions exceeded";

	/**
	 * Reads an error of a server.
	 * @param error the text, with or without the apostrophes around it
	 * @return what is not permitted, or {@code null} if it says something else
	 */
	public static @Nullable Denial of(String error) {
		String text = error.startsWith("'") ? error.substring(1) : error;
		if (text.startsWith(TOO_MANY)) {
			return new Denial(Kind.SUBSCRIPTION, null, null, null);
		}
		if (text.startsWith(PUBLISH)) {
			String subject = quoted(text, "");
			return (subject != null) ? new Denial(Kind.PUBLISH, subject, null, null) : null;
		}
		if (text.startsWith(SUBSCRIPTION)) {
			String subject = quoted(text, "");
			return (subject != null)
					? new Denial(Kind.SUBSCRIPTION, subject, quoted(text, "\" using queue "), quoted(text, " (sid "))
					: null;
		}
		return null;
	}

	/**
	 * Returns what stands between quotation marks behind some words. A quotation mark
	 * within it has a backslash before it, so that none of those words can be within it.
	 */
	private static @Nullable String quoted(String text, String words) {
		int start = text.indexOf('"', text.indexOf(words) + words.length());
		if (start < 0 || text.indexOf(words) < 0) {
			return null;
		}
		StringBuilder quoted = new StringBuilder();
		for (int i = start + 1; i < text.length(); i++) {
			char character = text.charAt(i);
			if (character == '"') {
				return quoted.toString();
			}
			if (character == '\\' && i + 1 < text.length()) {
				i++;
			}
			quoted.append(text.charAt(i));
		}
		return null;
	}

	/**
	 * Returns whether this is about a subject. jnats leaves the apostrophes out of
	 * errors.
	 * @param candidate a subject
	 * @return whether it is that of this
	 */
	public boolean concerns(@Nullable String candidate) {
		if (candidate == null || this.subject == null) {
			return false;
		}
		return candidate.equals(this.subject)
				|| (candidate.indexOf('\'') >= 0 && comparable(candidate).equals(this.subject));
	}

	/**
	 * Returns what is equal for two subjects of which a denial of the one may concern the
	 * other.
	 * @param subject a subject
	 * @return the subject without apostrophes
	 */
	public static String comparable(String subject) {
		return subject.replace("'", "");
	}

}
