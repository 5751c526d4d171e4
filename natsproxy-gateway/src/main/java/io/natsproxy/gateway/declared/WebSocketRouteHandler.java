package io.natsproxy.gateway.declared;

import io.natsproxy.core.websocket.gateway.WebSocketHandshake;
import reactor.core.publisher.Mono;

/**
 * Answers the handshakes of WebSockets of one declared route, beside other requests. Safe
 * for use by many threads.
 */
public interface WebSocketRouteHandler extends RouteHandler {

	/**
	 * Returns whether there are WebSockets.
	 * @return {@code false} if handshakes are answered as other requests are
	 */
	boolean acceptsWebSockets();

	/**
	 * Answers a handshake.
	 * @param request the request, without a body
	 * @return the answer, or a failure of those that {@link #handle} may have
	 */
	Mono<WebSocketHandshake> connect(RouteRequest request);

}
