package io.natsproxy.webserver;

import java.util.function.Function;

import io.natsproxy.webflux.server.NatsServer;

import org.springframework.boot.web.server.Shutdown;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.reactive.AbstractReactiveWebServerFactory;
import org.springframework.boot.web.server.reactive.ReactiveWebServerFactory;
import org.springframework.http.server.reactive.HttpHandler;

/**
 * {@link ReactiveWebServerFactory} of {@link NatsWebServer}s. Of what can be set, only
 * {@link #setShutdown(Shutdown)} means something to them: port, address, TLS, compression
 * and HTTP/2 are those of a gateway.
 */
public class NatsReactiveWebServerFactory extends AbstractReactiveWebServerFactory {

	private final Function<HttpHandler, NatsServer> servers;

	/**
	 * Creates a factory.
	 * @param servers makes a server that serves what a handler handles, and is started
	 * and stopped by the web server; called when the web server is needed first
	 */
	public NatsReactiveWebServerFactory(Function<HttpHandler, NatsServer> servers) {
		super(NatsWebServer.NO_PORT);
		this.servers = servers;
	}

	@Override
	public WebServer getWebServer(HttpHandler httpHandler) {
		return new NatsWebServer(() -> this.servers.apply(httpHandler), getShutdown() == Shutdown.GRACEFUL);
	}

}
