package io.natsproxy.gateway;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.wire.Problem;

import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ResponseStatusException;

/**
 * The body of a request is not going to come whole, by the fault of its client: what
 * whoever reads it gets in place of its end. Has no stack trace: it is an outcome and no
 * defect.
 */
public final class BrokenRequestException extends ResponseStatusException {

	private static final long serialVersionUID = 1L;

	private final String detail;

	/**
	 * Creates the exception.
	 * @param status the status for the client, 4xx
	 * @param detail what was wrong, fit to be shown to the client
	 */
	public BrokenRequestException(int status, String detail) {
		super(HttpStatusCode.valueOf(status), detail);
		this.detail = detail;
	}

	/**
	 * Returns the failure as a reply with a problem body (RFC 9457).
	 * @return the reply that tells the client
	 */
	NatsReply toReply() {
		return NatsReply.problem(getStatusCode().value(), Problem.HEADERS, this.detail);
	}

	@Override
	public synchronized Throwable fillInStackTrace() {
		return this;
	}

}
