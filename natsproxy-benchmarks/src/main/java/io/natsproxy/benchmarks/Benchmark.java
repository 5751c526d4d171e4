package io.natsproxy.benchmarks;

import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

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

	private final Plan plan;

	private final ProcessGroup processes;

	private final LoadGenerator generator;

	private final JvmProbes probes;

	private final PrintStream progress;

	/**
	 * When all is to be over, by {@link System#nanoTime()}.
	 */
	private final long end;

	/**
	 * Creates a benchmark.
	 * @param options how long and how often
	 * @param workloads the workloads, in their order
	 * @param chains the chains, which answer
	 * @param processes all processes, which must go on running
	 * @param generator where the clients live
	 * @param probes the JVMs of the chains
	 * @param progress is told what is being done
	 * @param begin when the limit of the options began, by {@link System#nanoTime()}
	 */
	Benchmark(Options options, List<Workload> workloads, List<Chain> chains, ProcessGroup processes,
			LoadGenerator generator, JvmProbes probes, PrintStream progress, long begin) {
		this.options = options;
		this.chains = chains;
		this.plan = new Plan(options, workloads, chains.stream().map(Chain::name).toList());
		this.processes = processes;
		this.generator = generator;
		this.probes = probes;
		this.progress = progress;
		this.end = begin + options.limit().toNanos();
	}

	/**
	 * Runs a workload on all chains.
	 * @param workload the workload
	 * @return a summary for each chain, in their order
	 * @throws ChainFailedException if a process ends
	 */
	Result run(Workload workload) {
		this.progress.println(workload.title());
		Map<String, ChainRun> runs = new LinkedHashMap<>();
		this.chains
			.forEach((chain) -> runs.put(chain.name(), new ChainRun(chain, workload, this.generator, this.probes)));
		int round = 0;
		for (Step step : this.plan.steps(workload)) {
			if (step.round() > round && step.round() > 1 && !hasTime(this.plan.workloadsAfter(workload))) {
				break;
			}
			round = step.round();
			perform(step, Objects.requireNonNull(runs.get(step.chain())));
		}
		runs.keySet().forEach((chain) -> this.plan.drop(workload, chain));
		return new Result(workload, runs.values().stream().map(ChainRun::summary).toList());
	}

	private boolean hasTime(long later) {
		boolean time = this.end - System.nanoTime() > RESERVE.multipliedBy(later).toNanos();
		if (!time) {
			this.progress.println("  no time for another round");
		}
		return time;
	}

	private void perform(Step step, ChainRun run) {
		if (!run.isSupported()) {
			return;
		}
		this.processes.requireAlive();
		this.progress.print("  " + left() + " left | " + title(step) + " | " + step.chain() + ": ");
		this.progress.flush();
		long begin = System.nanoTime();
		String result = "failed";
		try {
			result = step.isWarmUp() ? run.warmUp(step.length(), step.transfers()) : run.measure(step.length());
		}
		finally {
			this.progress.println(result);
		}
		this.plan.done(step, (System.nanoTime() - begin) / 1e9);
		if (!run.isSupported()) {
			this.plan.drop(step.workload(), step.chain());
		}
	}

	private String title(Step step) {
		if (!step.isWarmUp()) {
			return "round " + step.round() + " of " + this.options.rounds();
		}
		return "warm-up of " + (step.workload().isTransfer() ? step.transfers() + " transfers"
				: step.length().toMillis() / 1000.0 + " s");
	}

	private String left() {
		double limit = (this.end - System.nanoTime()) / 1e9;
		return time(Math.max(0, Math.min(this.plan.secondsLeft(), limit)));
	}

	/**
	 * Writes a time.
	 * @param seconds the time
	 * @return hours, minutes and seconds, as far as they are needed
	 */
	static String time(double seconds) {
		long whole = Math.round(seconds);
		return (whole < 3600) ? String.format(Locale.ROOT, "%d:%02d", whole / 60, whole % 60)
				: String.format(Locale.ROOT, "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
	}

}
