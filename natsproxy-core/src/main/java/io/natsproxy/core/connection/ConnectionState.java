package io.natsproxy.core.connection;

/**
 * The states of a connection, as they have been told.
 *
 * <pre>
 * NEW                    ── the first failure ────▶ UNREACHABLE
 * NEW, UNREACHABLE, LOST ── connected ────────────▶ CONNECTED
 * CONNECTED              ── disconnected ─────────▶ LOST
 * any                    ── closed ───────────────▶ CLOSED
 * </pre>
 */
enum ConnectionState {

	/**
	 * Never connected so far, and nothing has been told.
	 */
	NEW,

	/**
	 * Never connected so far, which has been told.
	 */
	UNREACHABLE,

	/**
	 * Connected.
	 */
	CONNECTED,

	/**
	 * Connected before, and reconnecting.
	 */
	LOST,

	/**
	 * Closed for good.
	 */
	CLOSED

}
