package io.natsproxy.broker;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The state that the connections of one run of the broker share.
 *
 * @param connections those that are open
 */
record BrokerSession(BrokerOptions options, ServerInfo info, BrokerCounters counters, SubscriptionIndex subscriptions,
		MessageRouter router, Set<ClientConnection> connections) {

	static BrokerSession create(BrokerOptions options, int port, BrokerCounters counters) {
		SubscriptionIndex subscriptions = new SubscriptionIndex();
		return new BrokerSession(options, ServerInfo.create(options, port), counters, subscriptions,
				new MessageRouter(subscriptions, counters), ConcurrentHashMap.newKeySet());
	}

	void connected(ClientConnection connection) {
		this.counters.totalConnections.increment();
		this.connections.add(connection);
	}

	void disconnected(ClientConnection connection) {
		this.connections.remove(connection);
	}

	long pendingBytes() {
		return this.connections.stream().mapToLong((connection) -> connection.queue().pending()).sum();
	}

}
