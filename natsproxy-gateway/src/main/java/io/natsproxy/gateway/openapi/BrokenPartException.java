package io.natsproxy.gateway.openapi;

/**
 * Thrown when a part of a document is not what it has to be.
 */
class BrokenPartException extends RuntimeException {

	/**
	 * Creates an exception.
	 * @param message a fixed text: nothing of the document
	 */
	BrokenPartException(String message) {
		super(message, null, false, false);
	}

}
