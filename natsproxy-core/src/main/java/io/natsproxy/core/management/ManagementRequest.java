package io.natsproxy.core.management;

import org.jspecify.annotations.Nullable;

/**
 * A request to read a management endpoint.
 *
 * @param target a slash, the id of the endpoint, and what follows of the path and the
 * query, percent-encoded, such as {@code /health/readiness}
 * @param accept the media types that are accepted, as HTTP has them; {@code null} for any
 */
public record ManagementRequest(String target, @Nullable String accept) {

	/**
	 * Most characters of a target.
	 */
	public static final int MAX_TARGET = 4096;

	/**
	 * Most characters of what is accepted.
	 */
	public static final int MAX_ACCEPT = 1024;

	/**
	 * Tells whether a target is one: printable ASCII that begins with a slash, and not
	 * too long.
	 * @param target a text
	 * @return whether it is
	 */
	public static boolean isTarget(String target) {
		return target.startsWith("/") && target.length() <= MAX_TARGET
				&& target.chars().allMatch((c) -> c > ' ' && c < 0x7F);
	}

}
