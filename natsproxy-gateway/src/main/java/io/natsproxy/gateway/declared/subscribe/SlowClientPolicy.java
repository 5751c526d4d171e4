package io.natsproxy.gateway.declared.subscribe;

/**
 * The ways to deal with a client for which more waits than its buffer holds.
 */
public enum SlowClientPolicy {

	/**
	 * The oldest messages are left out, of which the client is told.
	 */
	DROP_OLDEST,

	/**
	 * The response is broken off.
	 */
	DISCONNECT

}
