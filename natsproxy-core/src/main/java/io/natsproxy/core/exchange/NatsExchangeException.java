package io.natsproxy.core.exchange;

import io.natsproxy.core.log.SafeText;
import org.jspecify.annotations.Nullable;

/**
 * An exchange that did not end with a reply, or could not begin. Has no stack trace: it
 * is an outcome and no defect.
 */
public class NatsExchangeException extends RuntimeException {

	private static final int MAX_CAUSES = 32;

	private final String detail;

	private final String message;

	private final ExchangeFailure failure;

	private final int status;

	/**
	 * Creates the exception with the status of its failure.
	 * @param failure the kind of failure
	 * @param message what happened, fit to be shown to the client
	 */
	public NatsExchangeException(ExchangeFailure failure, String message) {
		this(failure, failure.status(), message, message);
	}

	private NatsExchangeException(ExchangeFailure failure, int status, String detail, String message) {
		super(message, null, false, false);
		this.detail = detail;
		this.message = message;
		this.failure = failure;
		this.status = status;
	}

	/**
	 * Returns the failure of whoever must publish and cannot.
	 * @return the failure
	 */
	public static NatsExchangeException disconnected() {
		return new NatsExchangeException(ExchangeFailure.DISCONNECTED, "There is no connection to NATS");
	}

	/**
	 * Returns the failure of what the server does not permit to be published. The client
	 * is not told the subject.
	 * @param subject the subject
	 * @return the failure
	 */
	public static NatsExchangeException notPermitted(String subject) {
		return told(ExchangeFailure.NOT_PERMITTED, ExchangeFailure.NOT_PERMITTED.status(),
				"The request may not be passed on to NATS", subject);
	}

	/**
	 * Returns a failure about which the peer has said something. The client is not shown
	 * its text.
	 * @param failure the kind of failure
	 * @param status the HTTP status
	 * @param detail what happened, fit to be shown to the client
	 * @param text the words of the peer, of which so much becomes a part of the message
	 * as is fit for a log
	 * @return the failure
	 */
	public static NatsExchangeException told(ExchangeFailure failure, int status, String detail, String text) {
		String message = text.isEmpty() ? detail : detail + ": " + SafeText.of(text);
		return new NatsExchangeException(failure, status, detail, message);
	}

	/**
	 * Looks for the failure of an exchange behind an exception, such as that of a client
	 * which has wrapped it.
	 * @param thrown what was thrown
	 * @return the failure, or {@code null} if there is none
	 */
	public static @Nullable NatsExchangeException in(@Nullable Throwable thrown) {
		Throwable cause = thrown;
		// A chain of causes may be a circle.
		for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
			if (cause instanceof NatsExchangeException failure) {
				return failure;
			}
			cause = cause.getCause();
		}
		return null;
	}

	/**
	 * Returns what happened.
	 * @return the text for whoever calls or reads the log: it may end with the words of
	 * the peer, on one line and of bounded length
	 */
	@Override
	public String getMessage() {
		return this.message;
	}

	/**
	 * Returns what happened.
	 * @return the text, fit to be shown to the client
	 */
	public String detail() {
		return this.detail;
	}

	/**
	 * Returns the kind of failure.
	 * @return the failure
	 */
	public ExchangeFailure failure() {
		return this.failure;
	}

	/**
	 * Returns the HTTP status by which a gateway tells its client.
	 * @return the status, 4xx or 5xx
	 */
	public int status() {
		return this.status;
	}

}
