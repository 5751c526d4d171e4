package io.natsproxy.gateway.declared;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.wire.Problem;

/**
 * A request of a declared route is answered with a problem (RFC 9457). Has no stack
 * trace: it is an outcome and no defect.
 */
public class RouteProblemException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final int status;

	private final transient HeaderFields headers;

	private final String detail;

	/**
	 * Creates the exception.
	 * @param status the HTTP status, 4xx or 5xx
	 * @param detail what happened, fit to be shown to the client
	 */
	public RouteProblemException(int status, String detail) {
		this(status, detail, Problem.HEADERS);
	}

	/**
	 * Creates the exception.
	 * @param status the HTTP status, 4xx or 5xx
	 * @param detail what happened, fit to be shown to the client
	 * @param headers the fields of the response, {@link Problem#HEADERS} among them
	 */
	public RouteProblemException(int status, String detail, HeaderFields headers) {
		super(detail, null, false, false);
		this.status = status;
		this.detail = detail;
		this.headers = headers;
	}

	/**
	 * Returns the HTTP status.
	 * @return the status, 4xx or 5xx
	 */
	public int status() {
		return this.status;
	}

	NatsReply toReply() {
		return NatsReply.problem(this.status, this.headers, this.detail);
	}

}
