package io.natsproxy.client.autoconfigure;

import io.natsproxy.boot.autoconfigure.SettingChecks;
import io.natsproxy.client.openapi.ServiceDocuments;
import io.natsproxy.core.discovery.ServiceDiscovery;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import io.natsproxy.webflux.server.NatsHandler;
import io.natsproxy.webflux.server.NatsServer;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;
import org.springframework.http.server.reactive.HttpHandler;

/**
 * Makes the one server of an application from its NATS routes, what it exposes, and the
 * properties of a service.
 */
public final class NatsServerFactory {

	private static final SettingChecks CHECK = new SettingChecks("natsproxy.service");

	private final NatsExchanges exchanges;

	private final NatsListenerOptions options;

	private final NatsHandler routes;

	private final WebSocketAcceptor sockets;

	private final ServiceProperties properties;

	private final @Nullable ServiceDiscovery discovery;

	private final @Nullable ServiceDocuments documents;

	private final ExposedApplication application;

	NatsServerFactory(ApplicationContext context, NatsExchanges exchanges, NatsListenerOptions options,
			NatsHandler routes, WebSocketAcceptor sockets, ServiceProperties properties,
			@Nullable ServiceDiscovery discovery, @Nullable ServiceDocuments documents) {
		this.exchanges = exchanges;
		this.options = options;
		this.routes = routes;
		this.sockets = sockets;
		this.properties = properties;
		this.discovery = discovery;
		this.documents = documents;
		this.application = new ExposedApplication(context, properties.expose());
	}

	/**
	 * Creates a server beside the application's own web server, if it has one.
	 * @return a server that its context starts
	 */
	public NatsServer create() {
		return create(this.application.besides(this.routes), true);
	}

	/**
	 * Creates a server in place of a web server: what the properties do not say otherwise
	 * is exposed.
	 * @param httpHandler the chain that the application has for HTTP
	 * @return a server that is to be started by the caller
	 */
	public NatsServer create(HttpHandler httpHandler) {
		return create(this.application.instead(this.routes, httpHandler), false);
	}

	private NatsServer create(NatsHandler handler, boolean autoStartup) {
		return new NatsServer(this.exchanges, this.options, handler,
				CHECK.notNegative("shutdown-grace-period", this.properties.shutdownGracePeriod()),
				this.properties.forwardedHeaders(), this.sockets, autoStartup, discovery(handler));
	}

	private @Nullable ServiceDiscovery discovery(NatsHandler handler) {
		ServiceDiscovery discovery = this.discovery;
		ServiceDocuments documents = this.documents;
		return (discovery != null && documents != null)
				? discovery.document(() -> documents.make(discovery.service(), handler)) : discovery;
	}

}
