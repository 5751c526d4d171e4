package io.natsproxy.benchmarks.load;

/**
 * What came from the gateway cannot be read on.
 */
class MalformedResponseException extends RuntimeException {

	MalformedResponseException(String message) {
		super(message);
	}

}
