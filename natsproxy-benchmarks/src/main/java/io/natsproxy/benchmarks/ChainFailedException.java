package io.natsproxy.benchmarks;

/**
 * A process of a chain does not start, does not answer, or has ended; the message says
 * which, with the end of its output.
 */
class ChainFailedException extends RuntimeException {

	ChainFailedException(String message) {
		super(message);
	}

}
