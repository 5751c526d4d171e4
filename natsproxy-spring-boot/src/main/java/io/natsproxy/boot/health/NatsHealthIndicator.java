package io.natsproxy.boot.health;

import io.nats.client.Connection;
import io.nats.client.Connection.Status;
import io.nats.client.api.ServerInfo;
import io.natsproxy.core.connection.ServerAddresses;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * {@link HealthIndicator} of a NATS connection: up while it is connected. Looks at the
 * state of the connection and sends nothing.
 */
public class NatsHealthIndicator extends AbstractHealthIndicator {

	private final Connection connection;

	/**
	 * Create an indicator.
	 * @param connection the connection
	 */
	public NatsHealthIndicator(Connection connection) {
		super("NATS health check failed");
		this.connection = connection;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Status status = this.connection.getStatus();
		String url = this.connection.getConnectedUrl();
		if (status != Status.CONNECTED || url == null) {
			builder.down()
				.withDetail("status", status)
				.withDetail("servers", ServerAddresses.redact(this.connection.getServers()));
			return;
		}
		ServerInfo server = this.connection.getServerInfo();
		builder.up()
			.withDetail("url", ServerAddresses.redact(url))
			.withDetail("server", String.valueOf(server.getServerName()))
			.withDetail("version", String.valueOf(server.getVersion()));
	}

}
