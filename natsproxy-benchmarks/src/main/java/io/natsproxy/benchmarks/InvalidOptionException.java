package io.natsproxy.benchmarks;

/**
 * The command line cannot be understood; the message says what is expected.
 */
class InvalidOptionException extends RuntimeException {

	InvalidOptionException(String message) {
		super(message);
	}

}
