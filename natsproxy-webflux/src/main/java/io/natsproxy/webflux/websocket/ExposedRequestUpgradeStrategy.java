package io.natsproxy.webflux.websocket;

import java.util.function.Supplier;

import io.natsproxy.core.exchange.listener.IncomingExchange;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.context.Lifecycle;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;
import org.springframework.web.server.ServerWebExchange;

/**
 * Accepts the WebSockets of an application by whatever has carried the handshake: NATS,
 * or the application's HTTP server.
 */
public final class ExposedRequestUpgradeStrategy implements RequestUpgradeStrategy, Lifecycle {

	private final NatsRequestUpgradeStrategy nats;

	private final RequestUpgradeStrategy http;

	private volatile boolean running;

	/**
	 * Creates a strategy.
	 * @param nats accepts what comes over NATS
	 * @param http accepts what comes over HTTP; started and stopped with this object
	 */
	public ExposedRequestUpgradeStrategy(NatsRequestUpgradeStrategy nats, RequestUpgradeStrategy http) {
		this.nats = nats;
		this.http = http;
	}

	@Override
	public Mono<Void> upgrade(ServerWebExchange exchange, WebSocketHandler handler, @Nullable String subProtocol,
			Supplier<HandshakeInfo> handshakeInfoFactory) {
		Object request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
		return (request instanceof IncomingExchange)
				? this.nats.upgrade(exchange, handler, subProtocol, handshakeInfoFactory)
				: this.http.upgrade(exchange, handler, subProtocol, handshakeInfoFactory);
	}

	@Override
	public void start() {
		this.running = true;
		if (this.http instanceof Lifecycle lifecycle) {
			lifecycle.start();
		}
	}

	@Override
	public void stop() {
		this.running = false;
		if (this.http instanceof Lifecycle lifecycle) {
			lifecycle.stop();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
