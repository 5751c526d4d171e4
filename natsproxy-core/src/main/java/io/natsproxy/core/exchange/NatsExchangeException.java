package io.natsproxy.core.exchange;

import io.natsproxy.core.wire.Problem;

/**
 * An exchange that did not end with a reply, or could not begin. Has no stack trace: it
 * is an outcome and no defect.
 */
public class NatsExchangeException extends RuntimeException {

	private final String detail;

	private final ExchangeFailure failure;

	private final int status;

	/**
	 * Creates the exception with the status of its failure.
	 * @param failure the kind of failure
	 * @param message what happened, fit to be shown to the client
	 */
	public NatsExchangeException(ExchangeFailure failure, String message) {
		this(failure, failure.status(), message);
	}

	NatsExchangeException(ExchangeFailure failure, int status, String message) {
		super(message, null, false, false);
		this.detail = message;
		this.failure = failure;
		this.status = status;
	}

	/**
	 * Returns what happened.
	 * @return the text, fit to be shown to the client
	 */
	@Override
	public String getMessage() {
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

	/**
	 * Returns the failure as a reply with a problem body (RFC 9457).
	 * @return the reply that tells a client of the failure
	 */
	public NatsReply toReply() {
		return NatsReply.problem(this.status, this.failure.isTransient() ? Problem.RETRY_HEADERS : Problem.HEADERS,
				this.detail);
	}

}
