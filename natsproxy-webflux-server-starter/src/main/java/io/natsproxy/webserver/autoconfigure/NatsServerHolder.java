package io.natsproxy.webserver.autoconfigure;

import io.natsproxy.client.autoconfigure.NatsServerFactory;
import io.natsproxy.webflux.server.NatsServer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.Assert;
import org.springframework.util.function.SingletonSupplier;

/**
 * Holds the one NATS server of an application, whichever is made first: its web server,
 * or a bean that has to do with the server. Safe for use by several threads.
 */
final class NatsServerHolder {

	private final SingletonSupplier<NatsServer> server;

	private volatile @Nullable HttpHandler httpHandler;

	NatsServerHolder(ObjectProvider<NatsServerFactory> servers) {
		this.server = SingletonSupplier.of(() -> servers.getObject().create(this::handle));
	}

	/**
	 * Returns the server.
	 */
	NatsServer server() {
		return this.server.obtain();
	}

	/**
	 * Returns the server, which hands requests to a handler from now on.
	 * @param httpHandler the handler of the web server
	 */
	NatsServer server(HttpHandler httpHandler) {
		this.httpHandler = httpHandler;
		return server();
	}

	private Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
		HttpHandler httpHandler = this.httpHandler;
		Assert.state(httpHandler != null, "The NATS server has been started, and not by the web server");
		return httpHandler.handle(request, response);
	}

}
