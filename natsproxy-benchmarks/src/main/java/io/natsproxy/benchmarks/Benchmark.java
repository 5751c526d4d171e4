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

	/**
	 * What is kept for each workload that is to follow: a warm-up and one round.
	 */
	private static final Duration RESERVE = Duration.ofSeconds(12);

	private final Options options;

	private final List<Chain> chains;

	private final ProcessGroup processes;

	private final LoadGenerator generator;

	private final PrintStream progress;

	/**
	 * When all is to be over, by {@link System#nanoTime()}.
	 */
	private final long end;

	private boolean warm;

	/**
	 * Creates a benchmark.
	 * @param options how long and how often
	 * @param chains the chains, which answer
	 * @param processes all processes, which must go on running
	 * @param generator where the clients live
	 * @param progress is told what is being done
	 * @param begin when the limit of the options began, by {@link System#nanoTime()}
	 */
	Benchmark(Options options, List<Chain> chains, ProcessGroup processes, LoadGenerator generator,
			PrintStream progress, long begin) {
		this.options = options;
		this.chains = chains;
		this.processes = processes;
		this.generator = generator;
		this.progress = progress;
		this.end = begin + options.limit().toNanos();
	}

	/**
	 * Runs a workload on all chains.
	 * @param workload the workload
	 * @param later how many workloads are to follow
	 * @return a summary for each chain, in their order
	 * @throws ChainFailedException if a process ends
	 */
	List<Summary> run(Workload workload, int later) {
		List<ChainRun> runs = this.chains.stream()
			.map((chain) -> new ChainRun(chain, workload, this.generator))
			.toList();
		Duration warmUp = this.warm ? this.options.warmUp() : this.options.firstWarmUp();
		runs.forEach((run) -> step("warm-up", run.warmUp(warmUp)));
		this.warm = true;
		for (int round = 1; round <= this.options.rounds() && (round == 1 || hasTime(later)); round++) {
			String title = "round " + round + " of " + this.options.rounds();
			runs.stream()
				.filter(ChainRun::isSupported)
				.forEach((run) -> step(title, run.measure(this.options.length())));
		}
		return runs.stream().map(ChainRun::summary).toList();
	}

	private boolean hasTime(int later) {
		boolean time = this.end - System.nanoTime() > RESERVE.multipliedBy(later).toNanos();
		if (!time) {
			this.progress.println("  no time for another round");
		}
		return time;
	}

	private void step(String title, String result) {
		this.processes.requireAlive();
		this.progress.println("  " + title + ", " + result);
	}

}
