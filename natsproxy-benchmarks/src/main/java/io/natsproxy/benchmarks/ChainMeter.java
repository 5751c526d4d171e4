package io.natsproxy.benchmarks;

import io.natsproxy.benchmarks.load.Meter;
import io.natsproxy.benchmarks.load.Tally;

/**
 * Reads all that is read of the processes of a chain. Since JVMs take some milliseconds
 * to answer, they are asked outside of the time whose processor time is measured.
 */
final class ChainMeter implements Meter {

	private final CpuMeter cpu;

	private final JvmMeter jvm;

	ChainMeter(Chain chain, JvmProbes probes) {
		this.cpu = new CpuMeter(chain);
		this.jvm = new JvmMeter(chain, probes);
	}

	@Override
	public void begin() {
		this.jvm.begin();
		this.cpu.begin();
	}

	@Override
	public void end() {
		this.cpu.end();
		this.jvm.end();
	}

	/**
	 * Returns what came of a round.
	 * @param tally what the clients counted
	 * @return the round
	 */
	Measurement measurement(Tally tally) {
		return new Measurement(tally, this.cpu.microsPerOperation(tally.operations()), this.jvm.usage(tally));
	}

}
