package io.natsproxy.benchmarks.load;

/**
 * Something that is read at both ends of the time that is measured, on the thread that
 * runs the workload.
 */
public interface Meter {

	/**
	 * Reads nothing.
	 */
	Meter NONE = new Meter() {

		@Override
		public void begin() {
		}

		@Override
		public void end() {
		}

	};

	/**
	 * The load is on, and counting begins.
	 */
	void begin();

	/**
	 * Counting has ended.
	 */
	void end();

}
