package io.natsproxy.benchmarks.load;

/**
 * Thrown when what came from the gateway cannot be read on.
 */
class MalformedResponseException extends RuntimeException {

	MalformedResponseException(String message) {
		super(message);
	}

}
