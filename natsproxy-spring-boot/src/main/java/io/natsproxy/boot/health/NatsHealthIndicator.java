package io.natsproxy.boot.health;

import java.util.List;
import java.util.function.Supplier;

import io.nats.client.Connection;
import io.nats.client.Connection.Status;
import io.nats.client.api.ServerInfo;
import io.natsproxy.core.connection.ServerAddresses;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.netty.NettyTransport;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * {@link HealthIndicator} of a NATS connection: up while it, or another of the same
 * application, is connected, and has all subscriptions that are always needed. Looks at
 * the state of the connection and sends nothing.
 */
public class NatsHealthIndicator extends AbstractHealthIndicator {

	/**
	 * Largest number of subscriptions that are named.
	 */
	private static final int MAX_NAMED = 20;

	private final Connection connection;

	private final Supplier<List<String>> refusedSubscriptions;

	/**
	 * Creates an indicator.
	 * @param connection the connection
	 */
	public NatsHealthIndicator(Connection connection) {
		this(connection, List::of);
	}

	/**
	 * Creates an indicator.
	 * @param connection the connection
	 * @param refusedSubscriptions returns the subjects of those subscriptions that are
	 * always needed and that the server does not permit
	 */
	public NatsHealthIndicator(Connection connection, Supplier<List<String>> refusedSubscriptions) {
		super("NATS health check failed");
		this.connection = connection;
		this.refusedSubscriptions = refusedSubscriptions;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Status status = this.connection.getStatus();
		String url = this.connection.getConnectedUrl();
		if (status != Status.CONNECTED || url == null) {
			builder
				.status((isServed() && this.refusedSubscriptions.get().isEmpty())
						? org.springframework.boot.health.contributor.Status.UP
						: org.springframework.boot.health.contributor.Status.DOWN)
				.withDetail("status", status)
				.withDetail("servers", ServerAddresses.redact(this.connection.getServers()));
			return;
		}
		ServerInfo server = this.connection.getServerInfo();
		List<String> refused = this.refusedSubscriptions.get();
		if (refused.isEmpty()) {
			builder.up();
		}
		else {
			builder.down()
				.withDetail("refusedSubscriptions", refused.subList(0, Math.min(refused.size(), MAX_NAMED)))
				.withDetail("refusedSubscriptionCount", refused.size());
		}
		builder.withDetail("url", ServerAddresses.redact(url))
			.withDetail("server", String.valueOf(server.getServerName()))
			.withDetail("version", String.valueOf(server.getVersion()));
		describeSiblings(builder);
	}

	/**
	 * Names the further connections to the same servers that are down. The first serves
	 * in their place, so they change nothing about the health.
	 */
	private void describeSiblings(Health.Builder builder) {
		NettyTransport transport = NettyTransport.of(this.connection);
		List<Connection> siblings = (transport != null)
				? transport.siblings().values().stream().map(NatsTransport::connection).distinct().toList() : List.of();
		if (!siblings.isEmpty()) {
			builder.withDetail("connections", 1 + siblings.size());
			List<String> down = siblings.stream()
				.filter((sibling) -> sibling.getStatus() != Status.CONNECTED)
				.map((sibling) -> sibling.getServerInfo().getClientId() + " " + sibling.getStatus())
				.toList();
			if (!down.isEmpty()) {
				builder.withDetail("connectionsDown", down);
			}
		}
	}

	/**
	 * Returns whether messages get to a server although jnats has no connection: while it
	 * moves to another server, or by the connections of other event loops.
	 */
	private boolean isServed() {
		NettyTransport transport = NettyTransport.of(this.connection);
		return transport != null && (transport.isConnected()
				|| transport.siblings().values().stream().anyMatch(NatsTransport::isConnected));
	}

}
