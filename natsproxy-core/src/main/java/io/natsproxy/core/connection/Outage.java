package io.natsproxy.core.connection;

import java.util.HashSet;
import java.util.Set;

/**
 * The connections to the same servers that are down, so that the loss of many is told
 * once. Safe for use by many threads.
 */
final class Outage {

	private final Set<ConnectionLog> down = new HashSet<>();

	/**
	 * Takes note of a lost connection.
	 * @return whether no other was down
	 */
	synchronized boolean lost(ConnectionLog connection) {
		return this.down.add(connection) && this.down.size() == 1;
	}

	/**
	 * Takes note that a connection is up again, or is not going to come back.
	 * @return whether it was the last that was down
	 */
	synchronized boolean over(ConnectionLog connection) {
		return this.down.remove(connection) && this.down.isEmpty();
	}

}
