package io.natsproxy.benchmarks;

/**
 * What a process does in a chain.
 */
enum Role {

	/**
	 * Speaks HTTP with the clients.
	 */
	GATEWAY,

	/**
	 * Has the handlers.
	 */
	SERVICE,

	/**
	 * The NATS server.
	 */
	BROKER,

	/**
	 * The load generator, which is this process.
	 */
	CLIENTS

}
