package io.natsproxy.core.connection;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLException;

/**
 * The exceptions that jnats reports, in words for the log.
 */
final class ConnectionTrouble {

	private ConnectionTrouble() {
	}

	/**
	 * Returns whether an exception is about the connection: jnats reports the exceptions
	 * of message handlers to the same method.
	 */
	static boolean isOne(Exception exception) {
		return exception instanceof IOException || exception instanceof TimeoutException
				|| exception instanceof ExecutionException || exception instanceof CancellationException
				|| (exception instanceof IllegalStateException && exception.getMessage() != null
						&& exception.getMessage().startsWith("Max outgoing Ping"));
	}

	/**
	 * Returns the reason in a few words, such as "connection refused".
	 */
	static String describe(Throwable failure) {
		Throwable cause = failure;
		while (cause.getCause() != null
				&& (cause instanceof ExecutionException || cause.getClass() == IOException.class)) {
			cause = cause.getCause();
		}
		String message = cause.getMessage();
		if (cause instanceof UnknownHostException) {
			return "unknown host " + message;
		}
		if (cause instanceof TimeoutException || cause instanceof SocketTimeoutException) {
			return "timed out";
		}
		if (cause instanceof SSLException) {
			return "TLS failed: " + message;
		}
		if (message == null) {
			return cause.getClass().getSimpleName();
		}
		if (message.contains("refused")) {
			return "connection refused";
		}
		return message.startsWith("Read channel closed") ? "connection lost" : message;
	}

}
