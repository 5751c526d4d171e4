package io.natsproxy.webflux.websocket;

import java.util.List;

import reactor.core.publisher.Mono;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.server.ServerWebExchange;

/**
 * Does the handshake as over HTTP, and sees sub-protocols that are offered in several
 * lines too (RFC 6455, section 11.3.4).
 */
public final class NatsHandshakeService extends HandshakeWebSocketService {

	private static final String SUB_PROTOCOL = "Sec-WebSocket-Protocol";

	/**
	 * Creates the service.
	 * @param upgradeStrategy accepts
	 */
	public NatsHandshakeService(NatsRequestUpgradeStrategy upgradeStrategy) {
		super(upgradeStrategy);
	}

	@Override
	public Mono<Void> handleRequest(ServerWebExchange exchange, WebSocketHandler handler) {
		List<String> lines = exchange.getRequest().getHeaders().getOrEmpty(SUB_PROTOCOL);
		if (lines.size() <= 1) {
			return super.handleRequest(exchange, handler);
		}
		ServerHttpRequest request = exchange.getRequest()
			.mutate()
			.header(SUB_PROTOCOL, String.join(", ", lines))
			.build();
		return super.handleRequest(exchange.mutate().request(request).build(), handler);
	}

}
