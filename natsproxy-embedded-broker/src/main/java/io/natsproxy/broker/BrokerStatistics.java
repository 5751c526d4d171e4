package io.natsproxy.broker;

/**
 * A snapshot of the connections and subscriptions of an {@link EmbeddedNatsBroker}, and
 * of its counters since it was created. The numbers are read one after the other while
 * clients are served: wait for a value rather than compare once.
 *
 * @param connections the connections that are open now
 * @param subscriptions the subscriptions that exist now
 * @param pendingBytes the bytes that clients have not yet taken
 * @param totalConnections all connections that were ever accepted
 * @param inMessages the messages that clients have published
 * @param inBytes the bytes of their headers and payloads
 * @param outMessages the messages that were queued for clients, once per subscription
 * @param outBytes the bytes of their headers and payloads
 * @param slowConsumers the clients that were cut off because they did not read
 */
public record BrokerStatistics(int connections, int subscriptions, long pendingBytes, long totalConnections,
		long inMessages, long inBytes, long outMessages, long outBytes, long slowConsumers) {

}
