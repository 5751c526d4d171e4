package io.natsproxy.benchmarks.load;

/**
 * A chain does not answer a workload as it must; the message says how it does.
 */
public class UnsupportedWorkloadException extends Exception {

	UnsupportedWorkloadException(String message) {
		super(message);
	}

}
