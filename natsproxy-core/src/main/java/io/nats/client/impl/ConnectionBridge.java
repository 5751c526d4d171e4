package io.nats.client.impl;

import io.nats.client.Connection;

/**
 * The state of a connection that only this package can know: whether anybody is at work
 * on it. In jnats 2.26 an {@link Error} ends whoever connects it anew, and may leave the
 * mark of that work behind, with which every further attempt gives the connection up for
 * good.
 */
public final class ConnectionBridge {

	private ConnectionBridge() {
	}

	/**
	 * Returns whether a connection that is not up is left to itself: nobody connects it,
	 * and nobody closes it. May be so for a moment between two who do.
	 * @param connection any connection
	 * @return whether it is; {@code false} also where that cannot be known
	 */
	public static boolean isAbandoned(Connection connection) {
		return connection instanceof NatsConnection own && !own.isConnected() && !own.isClosed() && !own.closing
				&& !own.tryingToConnect.get();
	}

	/**
	 * Returns whether a connection has been closed, or is being closed.
	 * @param connection any connection
	 * @return whether it is not going to come back
	 */
	public static boolean isOver(Connection connection) {
		return connection.getStatus() == Connection.Status.CLOSED
				|| (connection instanceof NatsConnection own && own.closing);
	}

	/**
	 * Returns the number of pings that the server has not answered: when they are
	 * {@link io.nats.client.Options#getMaxPingsOut()}, the next one ends the connection,
	 * whoever sends it.
	 * @param connection any connection
	 * @return the number, 0 where that cannot be known
	 */
	public static int unansweredPings(Connection connection) {
		return (connection instanceof NatsConnection own) ? own.pongQueue.size() : 0;
	}

	/**
	 * Removes what those have left behind who have abandoned a connection, so that it can
	 * be connected anew.
	 * @param connection a connection that is {@linkplain #isAbandoned(Connection)
	 * abandoned}
	 */
	public static void release(Connection connection) {
		if (connection instanceof NatsConnection own) {
			own.statusLock.lock();
			try {
				own.connecting = false;
				own.disconnecting = false;
				own.statusChanged.signalAll();
			}
			finally {
				own.statusLock.unlock();
			}
		}
	}

}
