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
	 * @param length how long it takes; without meaning for one that has an end of its own
	 * @param everyByte whether bodies are compared byte by byte, other than by their
	 * length
	 * @param meter is read at both ends
	 */
	record Run(Duration length, boolean everyByte, Meter meter) {

		/**
		 * Returns a run that nobody measures, in which everything is checked.
		 * @param length how long it takes
		 * @return the run
		 */
		public static Run warmUp(Duration length) {
			return new Run(length, true, Meter.NONE);
		}

	}

}
