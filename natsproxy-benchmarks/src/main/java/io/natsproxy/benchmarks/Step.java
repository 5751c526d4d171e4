package io.natsproxy.benchmarks;

import java.time.Duration;

import io.natsproxy.benchmarks.load.Workload;

/**
 * One run of a workload on a chain.
 *
 * @param workload the workload
 * @param chain the name of the chain
 * @param round the number of the round, 0 for the warm-up
 * @param length how long it takes, if it does not consist of transfers
 * @param transfers how many of them it takes, if it does
 */
record Step(Workload workload, String chain, int round, Duration length, int transfers) {

	boolean isWarmUp() {
		return this.round == 0;
	}

	/**
	 * Returns how long it takes, as far as that is known beforehand.
	 * @param transferSeconds how long a transfer is expected to take
	 * @return a time in seconds
	 */
	double seconds(double transferSeconds) {
		return this.workload.isTransfer() ? this.transfers * transferSeconds : this.length.toNanos() / 1e9;
	}

}
