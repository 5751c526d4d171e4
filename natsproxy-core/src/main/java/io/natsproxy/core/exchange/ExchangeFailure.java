package io.natsproxy.core.exchange;

/**
 * The ways in which an exchange fails, each with the HTTP status that tells of it.
 */
public enum ExchangeFailure {

	/**
	 * Nobody subscribes to the subject.
	 */
	NO_RESPONDERS(503),

	/**
	 * No reply came in time.
	 */
	REPLY_TIMEOUT(504),

	/**
	 * The service that was processing the request has fallen silent. It may have been
	 * executed.
	 */
	SERVICE_LOST(504),

	/**
	 * The body of the request did not come in time; nothing was published.
	 */
	REQUEST_TIMEOUT(408),

	/**
	 * There is no connection to NATS; nothing was published.
	 */
	DISCONNECTED(503),

	/**
	 * The server does not permit the subscription on which replies come.
	 */
	INBOX_REFUSED(503),

	/**
	 * The server does not permit the request, or a part of it, to be published.
	 */
	NOT_PERMITTED(502),

	/**
	 * Too many exchanges are in flight; nothing was published.
	 */
	OVERLOADED(503),

	/**
	 * Too many streams are open; nothing was published, or the response was refused.
	 */
	TOO_MANY_STREAMS(503),

	/**
	 * The client has too many exchanges in flight.
	 */
	CLIENT_OVERLOADED(429),

	/**
	 * The client has too many streams open.
	 */
	CLIENT_TOO_MANY_STREAMS(429),

	/**
	 * There is no room in the budget of bytes.
	 */
	MEMORY_EXHAUSTED(503),

	/**
	 * The path of the request is malformed.
	 */
	MALFORMED_REQUEST(400),

	/**
	 * The body is over its limit.
	 */
	BODY_TOO_LARGE(413),

	/**
	 * The target makes a subject that is too long.
	 */
	TARGET_TOO_LONG(414),

	/**
	 * The head is over its limit.
	 */
	HEAD_TOO_LARGE(431),

	/**
	 * The reply does not keep to the wire protocol, or is larger than allowed.
	 */
	BAD_REPLY(502),

	/**
	 * A stream was not whole, or its peer has gone.
	 */
	STREAM_BROKEN(502),

	/**
	 * A stream has moved no data for too long.
	 */
	STREAM_IDLE(504),

	/**
	 * The peer could not complete a stream.
	 */
	STREAM_FAILED(502),

	/**
	 * A NATS micro service replied with an error (ADR-32), which has its own status.
	 */
	SERVICE_ERROR(500);

	private final int status;

	ExchangeFailure(int status) {
		this.status = status;
	}

	/**
	 * Returns the HTTP status.
	 * @return the status, 4xx or 5xx
	 */
	public int status() {
		return this.status;
	}

	/**
	 * Whether the same request may succeed a moment later.
	 * @return whether {@code Retry-After} is due
	 */
	public boolean isTransient() {
		return this == NO_RESPONDERS || this == DISCONNECTED || this == INBOX_REFUSED || this == OVERLOADED
				|| this == TOO_MANY_STREAMS || this == CLIENT_OVERLOADED || this == CLIENT_TOO_MANY_STREAMS
				|| this == MEMORY_EXHAUSTED;
	}

}
