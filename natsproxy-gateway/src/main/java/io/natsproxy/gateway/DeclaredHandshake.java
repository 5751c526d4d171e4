package io.natsproxy.gateway;

import io.natsproxy.core.websocket.gateway.WebSocketHandshake;
import io.natsproxy.core.wire.RequestHead;
import reactor.core.publisher.Mono;

import org.springframework.web.server.ServerWebExchange;

/**
 * Decides about the handshakes of a route that the operator declares, in place of a
 * service. Safe for use by many threads.
 */
@FunctionalInterface
public interface DeclaredHandshake {

	/**
	 * The attribute of an exchange with a client that has who decides about its
	 * handshake.
	 */
	String ATTRIBUTE = DeclaredHandshake.class.getName();

	/**
	 * Answers a handshake.
	 * @param exchange the exchange with the client
	 * @param head the head of the request
	 * @return the answer
	 */
	Mono<WebSocketHandshake> connect(ServerWebExchange exchange, RequestHead head);

}
