package io.natsproxy.boot.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.nats.client.Connection;
import io.nats.client.Statistics;
import io.nats.client.api.ServerInfo;
import io.natsproxy.core.connection.ServerAddresses;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.log.SafeText;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.transport.NatsTransport;

/**
 * Tells of the connections to NATS, with their state and server, and of the memory of
 * bodies.
 */
public class ConnectionContributor implements NatsproxyEndpointContributor {

	/**
	 * Most subscriptions that are named.
	 */
	private static final int MAX_NAMED = 20;

	private static final int MAX_TEXT = 256;

	private final NatsExchanges exchanges;

	/**
	 * Creates a contributor.
	 * @param exchanges has the connections and the budget of bytes
	 */
	public ConnectionContributor(NatsExchanges exchanges) {
		this.exchanges = exchanges;
	}

	@Override
	public void contribute(Map<String, Object> content) {
		content.put("connections", this.exchanges.transports().stream().map(ConnectionContributor::describe).toList());
		ByteBudget budget = this.exchanges.budget();
		Map<String, Object> memory = new LinkedHashMap<>();
		memory.put("used", budget.used());
		memory.put("peak", budget.peak());
		memory.put("limit", budget.limit());
		memory.put("waiting", budget.waiting());
		content.put("memory", memory);
	}

	private static Map<String, Object> describe(NatsTransport transport) {
		Connection connection = transport.connection();
		Map<String, Object> described = new LinkedHashMap<>();
		described.put("status", String.valueOf(connection.getStatus()));
		described.put("connected", transport.isConnected());
		String url = connection.getConnectedUrl();
		if (url != null) {
			ServerInfo server = connection.getServerInfo();
			described.put("url", text(ServerAddresses.redact(url)));
			described.put("server", text(server.getServerName()));
			described.put("version", text(server.getVersion()));
			described.put("clientId", server.getClientId());
			described.put("maxPayload", transport.maxPayload());
		}
		else {
			described.put("servers", text(ServerAddresses.redact(connection.getServers())));
		}
		Statistics statistics = connection.getStatistics();
		described.put("reconnects", statistics.getReconnects());
		described.put("messagesIn", statistics.getInMsgs());
		described.put("messagesOut", statistics.getOutMsgs());
		described.put("bytesIn", statistics.getInBytes());
		described.put("bytesOut", statistics.getOutBytes());
		List<String> refused = transport.refusedSubscriptions();
		if (!refused.isEmpty()) {
			described.put("refusedSubscriptions", refused.stream().limit(MAX_NAMED).toList());
			described.put("refusedSubscriptionCount", refused.size());
		}
		return described;
	}

	private static String text(Object text) {
		return SafeText.of(String.valueOf(text), MAX_TEXT);
	}

}
