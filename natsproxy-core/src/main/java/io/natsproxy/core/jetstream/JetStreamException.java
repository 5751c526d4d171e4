package io.natsproxy.core.jetstream;

import io.natsproxy.core.log.SafeText;

/**
 * JetStream has refused something. Has no stack trace: it is an outcome and no defect.
 */
public class JetStreamException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final JetStreamFailure failure;

	private final String detail;

	/**
	 * Creates the exception.
	 * @param failure the kind of failure
	 * @param detail what happened, fit to be shown to the client
	 */
	public JetStreamException(JetStreamFailure failure, String detail) {
		this(failure, detail, "");
	}

	/**
	 * Creates the exception.
	 * @param failure the kind of failure
	 * @param detail what happened, fit to be shown to the client
	 * @param text the words of the server, which only the log has
	 */
	public JetStreamException(JetStreamFailure failure, String detail, String text) {
		super(text.isEmpty() ? detail : detail + ": " + SafeText.of(text), null, false, false);
		this.failure = failure;
		this.detail = detail;
	}

	/**
	 * Returns the kind of failure.
	 * @return the failure
	 */
	public JetStreamFailure failure() {
		return this.failure;
	}

	/**
	 * Returns what happened.
	 * @return the text, fit to be shown to the client
	 */
	public String detail() {
		return this.detail;
	}

}
