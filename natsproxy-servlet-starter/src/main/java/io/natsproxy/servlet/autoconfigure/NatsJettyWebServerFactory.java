package io.natsproxy.servlet.autoconfigure;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.jetty.NatsServerConnector;
import io.natsproxy.jetty.NatsServerConnectorOptions;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;

import org.springframework.boot.jetty.JettyServerCustomizer;
import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;

/**
 * Makes Jetty servers with a connector whose requests come over NATS, which is there
 * before any customizer: what these do to connectors and their configuration, they do to
 * it, too.
 */
class NatsJettyWebServerFactory extends JettyServletWebServerFactory {

	private final NatsExchanges exchanges;

	private final NatsServerConnectorOptions options;

	private final boolean withPort;

	/**
	 * Creates a factory.
	 * @param exchanges makes the listener; not closed by this object
	 * @param options paths and limits
	 * @param withPort whether there is an HTTP port, too
	 */
	NatsJettyWebServerFactory(NatsExchanges exchanges, NatsServerConnectorOptions options, boolean withPort) {
		this.exchanges = exchanges;
		this.options = options;
		this.withPort = withPort;
		setServerCustomizers(List.of());
	}

	/**
	 * Sets the customizers, all of which run when the connector is there.
	 */
	@Override
	public final void setServerCustomizers(Collection<? extends JettyServerCustomizer> customizers) {
		List<JettyServerCustomizer> all = new ArrayList<>();
		if (this.withPort) {
			all.add((server) -> server.addConnector(newConnector(server)));
		}
		all.addAll(customizers);
		super.setServerCustomizers(all);
	}

	@Override
	protected AbstractConnector createConnector(InetSocketAddress address, Server server) {
		return this.withPort ? super.createConnector(address, server) : newConnector(server);
	}

	private NatsServerConnector newConnector(Server server) {
		HttpConfiguration configuration = new HttpConfiguration();
		configuration.setSendServerVersion(false);
		return new NatsServerConnector(server, configuration, this.exchanges, this.options);
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
		return new NatsJettyWebServer(server, this.withPort && getPort() >= 0, this.options);
	}

}
