package io.natsproxy.benchmarks;

/**
 * The part of a process in a chain.
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
	 * Calls the service for natsproxy.
	 */
	AGENT,

	/**
	 * The NATS server.
	 */
	BROKER,

	/**
	 * The load generator, which is this process.
	 */
	CLIENTS

}
