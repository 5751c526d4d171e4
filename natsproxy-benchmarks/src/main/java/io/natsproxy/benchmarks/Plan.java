package io.natsproxy.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.natsproxy.benchmarks.load.Workload;

/**
 * All that is to be run yet, and about how long that is going to take: steps of a known
 * length take as much more as others have, and transfers as long as those before.
 */
final class Plan {

	/**
	 * Expected of a transfer when there has been none.
	 */
	private static final double TRANSFER_SECONDS = 1;

	private final List<Step> steps = new ArrayList<>();

	/**
	 * How long the last transfer of a workload on a chain has taken, in seconds.
	 */
	private final Map<String, Double> transfers = new HashMap<>();

	private double overheadSeconds;

	private int steadySteps;

	/**
	 * Plans a benchmark.
	 * @param options how long and how often
	 * @param workloads the workloads, in their order
	 * @param chains the names of the chains, in their order
	 */
	Plan(Options options, List<Workload> workloads, List<String> chains) {
		Options.WarmUp warmUp = options.warmUp();
		Duration next = warmUp.first();
		for (Workload workload : workloads) {
			for (String chain : chains) {
				this.steps.add(new Step(workload, chain, 0, next, warmUp.transfers()));
			}
			if (!workload.isTransfer()) {
				next = warmUp.others();
			}
			for (int round = 1; round <= options.rounds(); round++) {
				for (String chain : chains) {
					this.steps.add(new Step(workload, chain, round, options.length(), 1));
				}
			}
		}
	}

	/**
	 * Returns the steps of a workload that are left.
	 * @param workload the workload
	 * @return its steps, in their order
	 */
	List<Step> steps(Workload workload) {
		return this.steps.stream().filter((step) -> step.workload() == workload).toList();
	}

	/**
	 * Returns how many workloads are to follow one.
	 * @param workload the workload
	 * @return the number of others that are left
	 */
	long workloadsAfter(Workload workload) {
		return this.steps.stream().map(Step::workload).distinct().filter((other) -> other != workload).count();
	}

	/**
	 * Crosses a step off.
	 * @param step the step
	 * @param seconds how long it has taken
	 */
	void done(Step step, double seconds) {
		this.steps.remove(step);
		if (step.workload().isTransfer()) {
			this.transfers.put(key(step), seconds / step.transfers());
		}
		else {
			this.overheadSeconds += seconds - step.seconds(0);
			this.steadySteps++;
		}
	}

	/**
	 * Crosses off what is left of a workload on a chain.
	 * @param workload the workload
	 * @param chain the name of the chain
	 */
	void drop(Workload workload, String chain) {
		this.steps.removeIf((step) -> step.workload() == workload && step.chain().equals(chain));
	}

	/**
	 * Estimates how long all that is left takes.
	 * @return a time in seconds
	 */
	double secondsLeft() {
		double mean = this.transfers.values()
			.stream()
			.mapToDouble(Double::doubleValue)
			.average()
			.orElse(TRANSFER_SECONDS);
		double overhead = (this.steadySteps > 0) ? this.overheadSeconds / this.steadySteps : 0;
		return this.steps.stream()
			.mapToDouble((step) -> step.seconds(this.transfers.getOrDefault(key(step), mean))
					+ (step.workload().isTransfer() ? 0 : overhead))
			.sum();
	}

	private static String key(Step step) {
		return step.workload().name() + ' ' + step.chain();
	}

}
