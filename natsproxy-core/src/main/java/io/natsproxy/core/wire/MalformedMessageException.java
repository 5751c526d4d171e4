package io.natsproxy.core.wire;

/**
 * A message of a peer does not keep to the wire protocol.
 */
public class MalformedMessageException extends RuntimeException {

	private final String reason;

	private final int status;

	/**
	 * Creates the exception.
	 * @param message what is wrong, fit to be shown to the peer
	 */
	public MalformedMessageException(String message) {
		this(400, message);
	}

	/**
	 * Creates the exception.
	 * @param status the HTTP status that answers such a request
	 * @param message what is wrong, fit to be shown to the peer
	 */
	public MalformedMessageException(int status, String message) {
		super(message, null, false, false);
		this.reason = message;
		this.status = status;
	}

	/**
	 * Returns what is wrong.
	 * @return the text, fit to be shown to the peer
	 */
	@Override
	public String getMessage() {
		return this.reason;
	}

	/**
	 * Returns the HTTP status with which a receiver answers a request that is malformed
	 * in this way. A reply that is malformed is a 502 to the HTTP client whatever this
	 * says.
	 * @return the status, 4xx or 5xx
	 */
	public int status() {
		return this.status;
	}

}
