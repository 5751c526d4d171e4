package io.natsproxy.servlet.autoconfigure;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.jetty.NatsServerConnector;
import io.natsproxy.jetty.NatsServerConnectorOptions;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.jetty.JettyServerCustomizer;
import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;

/**
 * Makes Jetty servers with a connector whose requests come over NATS, which is there
 * before any customizer: what these do to connectors and their configuration, they do to
 * it, too.
 */
class NatsJettyWebServerFactory extends JettyServletWebServerFactory {

	private final @Nullable Function<Server, NatsServerConnector> connectors;

	private final boolean withPort;

	/**
	 * Creates a factory of servers that have a port alone: Spring Boot makes another one
	 * of the same class for the actuator, where that has a port of its own.
	 */
	NatsJettyWebServerFactory() {
		this.connectors = null;
		this.withPort = true;
	}

	/**
	 * Creates a factory.
	 * @param exchanges makes the listener; not closed by this object
	 * @param options paths and limits
	 * @param withPort whether there is an HTTP port, too
	 */
	NatsJettyWebServerFactory(NatsExchanges exchanges, NatsServerConnectorOptions options, boolean withPort) {
		this.connectors = (server) -> newConnector(server, exchanges, options);
		this.withPort = withPort;
		setServerCustomizers(List.of());
	}

	/**
	 * Sets the customizers, all of which run when the connector is there.
	 */
	@Override
	public final void setServerCustomizers(Collection<? extends JettyServerCustomizer> customizers) {
		List<JettyServerCustomizer> all = new ArrayList<>();
		Function<Server, NatsServerConnector> connectors = this.connectors;
		if (connectors != null && this.withPort) {
			all.add((server) -> server.addConnector(connectors.apply(server)));
		}
		all.addAll(customizers);
		super.setServerCustomizers(all);
	}

	@Override
	protected AbstractConnector createConnector(InetSocketAddress address, Server server) {
		return (this.connectors == null || this.withPort) ? super.createConnector(address, server)
				: this.connectors.apply(server);
	}

	private static NatsServerConnector newConnector(Server server, NatsExchanges exchanges,
			NatsServerConnectorOptions options) {
		HttpConfiguration configuration = new HttpConfiguration();
		configuration.setSendServerVersion(false);
		return new NatsServerConnector(server, configuration, exchanges, options);
	}

	/**
	 * Returns the port, of which directories and logs are named.
	 */
	@Override
	public int getPort() {
		return this.withPort ? super.getPort() : -1;
	}

	/**
	 * Puts a connector with TLS in place of the one that has a port. Without a port,
	 * there is nothing to be encrypted here.
	 */
	@Override
	protected void customizeSsl(Server server, InetSocketAddress address) {
		if (this.withPort) {
			super.customizeSsl(server, address);
		}
	}

	@Override
	protected JettyWebServer getJettyWebServer(Server server) {
		return (this.connectors != null) ? new NatsJettyWebServer(server, getPort() >= 0)
				: super.getJettyWebServer(server);
	}

}
