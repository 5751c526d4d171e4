package io.natsproxy.core.transport.netty;

import java.time.Duration;

import io.nats.client.ForceReconnectOptions;

/**
 * The manner in which a server is left. In all but the first a thread is at it, which
 * makes jnats close the port and connect another:
 *
 * <pre>
 * NONE     ── move() ──────────▶ IN_ORDER
 * NONE     ── leave() ─────────▶ AT_ONCE
 * IN_ORDER ── jnats is back ───▶ NONE
 * AT_ONCE  ── jnats is back ───▶ NONE
 * </pre>
 */
enum Parting {

	/**
	 * The server is not left on purpose: a port that jnats closes is closed.
	 */
	NONE(ForceReconnectOptions.DEFAULT_INSTANCE),

	/**
	 * Nothing must be lost: the port is in use until there is another.
	 */
	IN_ORDER(ForceReconnectOptions.builder().flush(Duration.ofMillis(500)).build()),

	/**
	 * The server may not be there any more: nothing is published to it.
	 */
	AT_ONCE(ForceReconnectOptions.DEFAULT_INSTANCE);

	private final ForceReconnectOptions options;

	Parting(ForceReconnectOptions options) {
		this.options = options;
	}

	ForceReconnectOptions options() {
		return this.options;
	}

}
