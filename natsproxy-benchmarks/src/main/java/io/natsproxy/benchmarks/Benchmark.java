package io.natsproxy.benchmarks;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

import io.natsproxy.benchmarks.load.LoadGenerator;
import io.natsproxy.benchmarks.load.Workload;

/**
 * Runs workloads on chains in turn: what disturbs the machine for a while disturbs all of
 * them.
 */
final class Benchmark {

	private final Options options;

	private final List<Chain> chains;

	private final ProcessGroup processes;

	private final LoadGenerator generator;

	private final PrintStream progress;

	private boolean warm;

	/**
	 * Creates a benchmark.
	 * @param options how long and how often
	 * @param chains the chains, which answer
	 * @param processes all processes, which must go on running
	 * @param generator where the clients live
	 * @param progress is told what is being done
	 */
	Benchmark(Options options, List<Chain> chains, ProcessGroup processes, LoadGenerator generator,
			PrintStream progress) {
		this.options = options;
		this.chains = chains;
		this.processes = processes;
		this.generator = generator;
		this.progress = progress;
	}

	/**
	 * Runs a workload on all chains.
	 * @param workload the workload
	 * @return a summary for each chain, in their order
	 * @throws ChainFailedException if a process ends
	 */
	List<Summary> run(Workload workload) {
		List<ChainRun> runs = this.chains.stream()
			.map((chain) -> new ChainRun(chain, workload, this.generator))
			.toList();
		Duration warmUp = this.warm ? this.options.warmUp() : this.options.firstWarmUp();
		runs.forEach((run) -> step("warm-up", run.warmUp(warmUp)));
		this.warm = true;
		for (int round = 1; round <= this.options.rounds(); round++) {
			String title = "round " + round + " of " + this.options.rounds();
			runs.stream()
				.filter(ChainRun::isSupported)
				.forEach((run) -> step(title, run.measure(this.options.length())));
		}
		return runs.stream().map(ChainRun::summary).toList();
	}

	private void step(String title, String result) {
		this.processes.requireAlive();
		this.progress.println("  " + title + ", " + result);
	}

}
