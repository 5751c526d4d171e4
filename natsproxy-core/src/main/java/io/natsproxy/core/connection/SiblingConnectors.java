package io.natsproxy.core.connection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

import io.nats.client.Connection;
import io.nats.client.Options;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.netty.NettyTransport;
import io.natsproxy.core.transport.netty.SharedEventLoops;

/**
 * The connectors of the other event loops of a connector, one for each further
 * connection.
 */
final class SiblingConnectors {

	private final List<NatsConnector> connectors = new ArrayList<>();

	/**
	 * Connects them, in the background: until they are connected, and whenever they are
	 * not, the first connection serves their event loops as well.
	 * @param first the connector of the first connection
	 * @param own its transport
	 * @param eventLoops the event loops
	 * @param options the finished options
	 */
	void connect(NatsConnector first, NettyTransport own, SharedEventLoops eventLoops, Options options) {
		List<NatsTransport> transports = new ArrayList<>();
		transports.add(own);
		for (int i = 1; i < eventLoops.connections(); i++) {
			NatsConnector sibling = first.newSibling(eventLoops.ofConnection(i));
			NatsTransport transport = sibling.connectAsSibling(options);
			if (transport != null) {
				this.connectors.add(sibling);
				transports.add(transport);
			}
		}
		Map<Executor, NatsTransport> byLoop = new HashMap<>();
		for (int i = 0; i < eventLoops.loops().size(); i++) {
			NatsTransport transport = transports.get(i % transports.size());
			if (transport != own) {
				byLoop.put(eventLoops.loops().get(i), transport);
			}
		}
		own.siblings(byLoop);
	}

	List<Connection> connections() {
		return this.connectors.stream().map(NatsConnector::connection).toList();
	}

	/**
	 * Closes the connections.
	 * @param deadline when the last of what is queued must have been sent, as
	 * {@link System#nanoTime()} tells it
	 */
	void close(long deadline) {
		this.connectors.forEach((sibling) -> sibling.close(deadline));
	}

}
