package io.natsproxy.benchmarks;

import java.util.Locale;

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
	CLIENTS;

	String title() {
		return name().toLowerCase(Locale.ROOT);
	}

}
