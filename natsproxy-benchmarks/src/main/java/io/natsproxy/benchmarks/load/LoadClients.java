package io.natsproxy.benchmarks.load;

/**
 * Clients that keep one operation going each.
 */
interface LoadClients {

	/**
	 * Connects all clients, on the thread of the workload.
	 * @throws UnsupportedWorkloadException if the chain does not answer as it must
	 */
	void open() throws UnsupportedWorkloadException;

	/**
	 * Begins the first operations, on the event loop.
	 */
	void start();

	/**
	 * Begins no further operations, on the event loop.
	 */
	void stop();

	/**
	 * Returns how many operations have not ended, on the event loop.
	 * @return how many
	 */
	int pending();

	/**
	 * Closes all connections, on the event loop.
	 */
	void close();

}
