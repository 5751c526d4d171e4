package io.natsproxy.agent;

/**
 * A request that the agent answers itself.
 */
class RefusedRequestException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final int status;

	/**
	 * Creates a refusal.
	 * @param status the HTTP status
	 * @param detail why, fit to be shown to the client
	 */
	RefusedRequestException(int status, String detail) {
		super(detail, null, false, false);
		this.status = status;
	}

	int status() {
		return this.status;
	}

	String detail() {
		return String.valueOf(getMessage());
	}

}
