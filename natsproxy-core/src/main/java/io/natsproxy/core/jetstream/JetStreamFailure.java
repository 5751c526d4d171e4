package io.natsproxy.core.jetstream;

/**
 * The ways in which JetStream refuses something, each with the HTTP status that tells of
 * it.
 */
public enum JetStreamFailure {

	/**
	 * The server has no JetStream, or none for this account.
	 */
	UNAVAILABLE(503),

	/**
	 * The servers that have the stream are about to choose which of them leads it.
	 */
	NO_LEADER(503),

	/**
	 * There is no connection to NATS.
	 */
	DISCONNECTED(503),

	/**
	 * No answer came in time: it is not known what has become of the request.
	 */
	TIMEOUT(504),

	/**
	 * There is no such stream, bucket, key, message or object.
	 */
	NOT_FOUND(404),

	/**
	 * Something else has been written since, or exists already.
	 */
	CONFLICT(412),

	/**
	 * The same is being done already.
	 */
	IN_PROGRESS(409),

	/**
	 * The message is longer than the stream takes.
	 */
	TOO_LARGE(413),

	/**
	 * The stream, the bucket or the account is full.
	 */
	FULL(507),

	/**
	 * The stream takes no more at the moment.
	 */
	TOO_MANY(429),

	/**
	 * The server, or the stream or bucket, does not have what is asked for.
	 */
	UNSUPPORTED(501),

	/**
	 * The server refuses for another reason.
	 */
	REFUSED(502);

	private final int status;

	JetStreamFailure(int status) {
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
		return this == NO_LEADER || this == DISCONNECTED || this == TOO_MANY;
	}

}
