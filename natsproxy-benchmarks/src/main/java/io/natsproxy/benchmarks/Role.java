package io.natsproxy.benchmarks;

import java.util.Locale;

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
	 * Delays what goes between service and gateway or NATS server.
	 */
	RELAY,

	/**
	 * The load generator, which is this process.
	 */
	CLIENTS;

	String title() {
		return name().toLowerCase(Locale.ROOT);
	}

}
