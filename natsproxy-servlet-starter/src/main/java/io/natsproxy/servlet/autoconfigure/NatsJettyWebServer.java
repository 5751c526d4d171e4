package io.natsproxy.servlet.autoconfigure;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;

import io.natsproxy.jetty.NatsServerConnector;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.NetworkConnector;
import org.eclipse.jetty.server.Server;

import org.springframework.boot.jetty.servlet.JettyServletWebServer;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.WebServerException;

/**
 * A Jetty server whose requests come over NATS. It starts its connectors by itself,
 * whatever {@code server.port} is, and tells of a port only where there is one.
 */
class NatsJettyWebServer extends JettyServletWebServer {

	private static final Log logger = LogFactory.getLog(NatsJettyWebServer.class);

	private final boolean withPort;

	private boolean running;

	/**
	 * Creates a server, and starts it without its connectors.
	 * @param server the server
	 * @param withPort whether connectors with a port are started, too
	 */
	NatsJettyWebServer(Server server, boolean withPort) {
		super(server, false);
		this.withPort = withPort;
	}

	@Override
	public synchronized void start() {
		if (this.running) {
			return;
		}
		// Brings the connectors back, and starts none.
		super.start();
		Server server = getServer();
		try {
			if (!this.withPort) {
				server.setConnectors(Arrays.stream(server.getConnectors())
					.filter(NatsServerConnector.class::isInstance)
					.toArray(Connector[]::new));
			}
			server.start();
			handleDeferredInitialize(server);
			for (Connector connector : server.getConnectors()) {
				start(connector);
			}
			this.running = true;
			logger.info(Arrays.stream(server.getConnectors())
				.filter(NatsServerConnector.class::isInstance)
				.map((connector) -> "Serving over " + connector)
				.collect(Collectors.joining()) + (this.withPort ? ", and over HTTP on port " + getPort() : ""));
		}
		catch (Exception ex) {
			stopSilently();
			throw (ex instanceof WebServerException failure) ? failure
					: new WebServerException("Unable to start embedded Jetty server", ex);
		}
	}

	private static void start(Connector connector) throws Exception {
		try {
			connector.start();
		}
		catch (IOException ex) {
			if (connector instanceof NetworkConnector network) {
				PortInUseException.throwIfPortBindingException(ex, network::getPort);
			}
			throw ex;
		}
	}

	private void stopSilently() {
		try {
			getServer().stop();
		}
		catch (Exception ex) {
			logger.debug("The server could not be stopped", ex);
		}
	}

	@Override
	public synchronized void stop() {
		this.running = false;
		super.stop();
	}

}
