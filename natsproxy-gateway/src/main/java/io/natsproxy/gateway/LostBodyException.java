package io.natsproxy.gateway;

/**
 * The body of a request is not what its head announces, by the fault of the gateway's own
 * application. Has no stack trace: that of the culprit is past.
 */
final class LostBodyException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	LostBodyException(String message) {
		super(message, null, false, false);
	}

}
