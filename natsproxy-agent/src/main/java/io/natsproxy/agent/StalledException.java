package io.natsproxy.agent;

/**
 * The upstream has sent, or taken, nothing for too long.
 */
class StalledException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	StalledException(String message) {
		super(message, null, false, false);
	}

}
