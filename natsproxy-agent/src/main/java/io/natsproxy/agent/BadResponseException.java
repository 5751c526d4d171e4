package io.natsproxy.agent;

/**
 * The upstream has answered with something that cannot be passed on.
 */
class BadResponseException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	BadResponseException(String message) {
		super(message, null, false, false);
	}

}
