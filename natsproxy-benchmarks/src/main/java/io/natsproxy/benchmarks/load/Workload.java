package io.natsproxy.benchmarks.load;

import java.time.Duration;

/**
 * Something that clients do through a gateway.
 */
public interface Workload {

	/**
	 * Returns the name by which it is chosen.
	 * @return a name in lower case
	 */
	String name();

	/**
	 * Returns what it is.
	 * @return a title
	 */
	String title();

	/**
	 * Returns what is counted.
	 * @return a plural
	 */
	String unit();

	/**
	 * Whether it consists of transfers, which end by themselves, and has no length in
	 * time.
	 * @return whether it does
	 */
	boolean isTransfer();

	/**
	 * Runs it once.
	 * @param generator where the clients live
	 * @param target the gateway
	 * @param run how
	 * @return what the clients counted
	 * @throws UnsupportedWorkloadException if the chain does not answer as it must from
	 * the beginning
	 */
	Tally run(LoadGenerator generator, Target target, Run run) throws UnsupportedWorkloadException;

	/**
	 * The settings of one run of a workload.
	 *
	 * @param length how long it takes; without meaning for transfers
	 * @param transfers how many transfers it takes; without meaning for others
	 * @param everyByte whether bodies are compared byte by byte, other than by their
	 * length
	 * @param meter is read at both ends, once for each transfer
	 */
	record Run(Duration length, int transfers, boolean everyByte, Meter meter) {

		/**
		 * Returns a run that nobody measures, in which everything is checked.
		 * @param length how long it takes; without meaning for transfers
		 * @param transfers how many transfers it takes; without meaning for others
		 * @return the run
		 */
		public static Run warmUp(Duration length, int transfers) {
			return new Run(length, transfers, true, Meter.NONE);
		}

		/**
		 * Returns a run that is measured: of one transfer, if it is of transfers.
		 * @param length how long it takes; without meaning for transfers
		 * @param meter is read at both ends
		 * @return the run
		 */
		public static Run measured(Duration length, Meter meter) {
			return new Run(length, 1, false, meter);
		}

	}

}
