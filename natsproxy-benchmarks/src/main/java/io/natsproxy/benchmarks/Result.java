package io.natsproxy.benchmarks;

import java.util.List;

import io.natsproxy.benchmarks.load.Workload;
import org.jspecify.annotations.Nullable;

/**
 * A workload, and what came of it.
 *
 * @param workload the workload
 * @param summaries one for each chain
 */
record Result(Workload workload, List<Summary> summaries) {

	/**
	 * Returns what other chains are compared with.
	 * @return the summary of the baseline; {@code null} if it did not run
	 */
	@Nullable Summary baseline() {
		return this.summaries.stream()
			.filter((summary) -> summary.chain().equals(Chain.BASELINE) && !summary.isSkipped())
			.findFirst()
			.orElse(null);
	}

}
