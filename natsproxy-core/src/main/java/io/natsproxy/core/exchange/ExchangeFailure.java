package io.natsproxy.core.exchange;

/**
 * The ways in which an exchange fails, each with the HTTP status that tells of it.
 */
public enum ExchangeFailure {

	/**
	 * Nobody subscribes to the subject.
	 */
	NO_RESPONDERS(503, "Service Unavailable"),

	/**
	 * No reply came in time.
	 */
	REPLY_TIMEOUT(504, "Gateway Timeout"),

	/**
	 * The body of the request did not come in time; nothing was published.
	 */
	REQUEST_TIMEOUT(408, "Request Timeout"),

	/**
	 * There is no connection to NATS; nothing was published.
	 */
	DISCONNECTED(503, "Service Unavailable"),

	/**
	 * Too many exchanges are in flight; nothing was published.
	 */
	OVERLOADED(503, "Service Unavailable"),

	/**
	 * The path of the request is malformed.
	 */
	MALFORMED_REQUEST(400, "Bad Request"),

	/**
	 * The body is over its limit.
	 */
	BODY_TOO_LARGE(413, "Content Too Large"),

	/**
	 * The target makes a subject that is too long.
	 */
	TARGET_TOO_LONG(414, "URI Too Long"),

	/**
	 * The head is over its limit.
	 */
	HEAD_TOO_LARGE(431, "Request Header Fields Too Large"),

	/**
	 * The reply does not keep to the wire protocol, or is larger than allowed.
	 */
	BAD_REPLY(502, "Bad Gateway"),

	/**
	 * A stream was not whole, or its other end has gone.
	 */
	STREAM_BROKEN(502, "Bad Gateway"),

	/**
	 * A stream has moved no data for too long.
	 */
	STREAM_IDLE(504, "Gateway Timeout"),

	/**
	 * The other end could not complete a stream.
	 */
	STREAM_FAILED(502, "Bad Gateway"),

	/**
	 * A NATS micro service replied with an error (ADR-32), which has its own status.
	 */
	SERVICE_ERROR(500, "Internal Server Error");

	private final int status;

	private final String title;

	ExchangeFailure(int status, String title) {
		this.status = status;
		this.title = title;
	}

	/**
	 * Returns the HTTP status.
	 * @return the status, 4xx or 5xx
	 */
	public int status() {
		return this.status;
	}

	/**
	 * Returns the reason phrase of the status.
	 * @return the title of a problem
	 */
	public String title() {
		return this.title;
	}

	/**
	 * Whether the same request may succeed a moment later.
	 * @return whether {@code Retry-After} is due
	 */
	public boolean isTransient() {
		return this == NO_RESPONDERS || this == DISCONNECTED || this == OVERLOADED;
	}

}
