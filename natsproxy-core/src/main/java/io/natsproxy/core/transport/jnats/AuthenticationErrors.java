package io.natsproxy.core.transport.jnats;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Errors by which a server refuses credentials. jnats closes a connection for good when
 * it gets the same text twice, although the credentials may be accepted a minute later:
 * each such error is numbered before jnats reads it.
 */
public final class AuthenticationErrors {

	private static final String ATTEMPT = " (attempt ";

	private static final AtomicInteger attempts = new AtomicInteger();

	private AuthenticationErrors() {
	}

	/**
	 * Returns the line of an error in a form that differs from all before it.
	 * @param line the line that begins with {@code -ERR}, up to its end
	 * @return the line to be read by jnats; {@code null} if it may stay as it is
	 */
	public static @Nullable String numbered(String line) {
		int quote = line.lastIndexOf('\'');
		if (quote <= 0 || !isAuthenticationFailure(line) || line.contains(ATTEMPT)) {
			return null;
		}
		return line.substring(0, quote) + ATTEMPT + attempts.incrementAndGet() + ")" + line.substring(quote);
	}

	/**
	 * Returns whether the server has refused the credentials.
	 * @param error the text of an error
	 * @return whether another attempt with the same credentials is to be expected to fail
	 */
	public static boolean isAuthenticationFailure(@Nullable String error) {
		if (error == null) {
			return false;
		}
		String text = error.toLowerCase(Locale.ROOT);
		return text.contains("authorization violation") || text.contains("authentication");
	}

	/**
	 * Returns the error as the server has sent it.
	 * @param error the text of an error, as jnats reports it
	 * @return the text without its number
	 */
	public static String withoutAttempt(String error) {
		int attempt = error.indexOf(ATTEMPT);
		return (attempt < 0) ? error : error.substring(0, attempt);
	}

}
