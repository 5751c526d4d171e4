package io.natsproxy.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.natsproxy.benchmarks.load.LoadGenerator;
import io.natsproxy.benchmarks.load.Tally;
import io.natsproxy.benchmarks.load.UnsupportedWorkloadException;
import io.natsproxy.benchmarks.load.Workload;
import org.jspecify.annotations.Nullable;

/**
 * A workload on one of the chains: the warm-up, and the rounds.
 */
final class ChainRun {

	private final Chain chain;

	private final Workload workload;

	private final LoadGenerator generator;

	private final JvmProbes probes;

	private final List<Measurement> rounds = new ArrayList<>();

	/**
	 * Why the chain cannot do the workload.
	 */
	private @Nullable String unsupported;

	ChainRun(Chain chain, Workload workload, LoadGenerator generator, JvmProbes probes) {
		this.chain = chain;
		this.workload = workload;
		this.generator = generator;
		this.probes = probes;
	}

	Chain chain() {
		return this.chain;
	}

	/**
	 * Runs the workload with everything checked and nothing measured.
	 * @param length how long, if it does not consist of transfers
	 * @param transfers how many of them, if it does
	 * @return what came of it
	 */
	String warmUp(Duration length, int transfers) {
		try {
			return describe(
					this.workload.run(this.generator, this.chain.target(), Workload.Run.warmUp(length, transfers)));
		}
		catch (UnsupportedWorkloadException ex) {
			this.unsupported = ex.getMessage();
			return "skipped, " + this.unsupported;
		}
	}

	/**
	 * Runs a round. A chain that does not even begin it as it must, though it has done so
	 * in the warm-up, has one error.
	 * @param length how long
	 * @return what came of it
	 */
	String measure(Duration length) {
		ChainMeter meter = new ChainMeter(this.chain, this.probes);
		Tally tally;
		try {
			tally = this.workload.run(this.generator, this.chain.target(), Workload.Run.measured(length, meter));
		}
		catch (UnsupportedWorkloadException ex) {
			tally = Tally.failed(length, ex.getMessage());
		}
		this.rounds.add(meter.measurement(tally));
		return describe(tally);
	}

	private String describe(Tally tally) {
		String errors = (tally.errors() > 0) ? ", " + tally.errors() + " errors: " + tally.firstError() : "";
		return String.format(Locale.ROOT, "%,.0f %s/s%s", tally.rate(), this.workload.unit(), errors);
	}

	/**
	 * Whether the chain can do the workload, as far as that has been tried.
	 * @return whether it goes on
	 */
	boolean isSupported() {
		return this.unsupported == null;
	}

	Summary summary() {
		if (this.unsupported != null) {
			return Summary.skipped(this.chain.name(), this.unsupported);
		}
		return Summary.of(this.chain.name(), this.rounds);
	}

}
