package io.natsproxy.benchmarks;

import io.natsproxy.benchmarks.load.LoadGenerator;
import io.natsproxy.benchmarks.load.Tally;
import io.natsproxy.benchmarks.load.Target;
import io.natsproxy.benchmarks.load.Workload;

/**
 * A workload that is never run.
 */
record NamedWorkload(String name, boolean isTransfer) implements Workload {

	@Override
	public String title() {
		return this.name;
	}

	@Override
	public String unit() {
		return "requests";
	}

	@Override
	public Tally run(LoadGenerator generator, Target target, Run run) {
		throw new UnsupportedOperationException();
	}

}
