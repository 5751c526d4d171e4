package io.natsproxy.webflux.websocket;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.reactive.result.condition.RequestCondition;
import org.springframework.web.server.ServerWebExchange;

/**
 * Holds for the handshakes of WebSockets.
 */
public final class WebSocketUpgradeCondition implements RequestCondition<WebSocketUpgradeCondition> {

	/**
	 * Tells whether a request is the handshake of a WebSocket (RFC 6455, section 4.1).
	 * @param request the request
	 * @return whether it asks for a WebSocket
	 */
	public static boolean isHandshake(ServerHttpRequest request) {
		HttpHeaders headers = request.getHeaders();
		return request.getMethod() == HttpMethod.GET && headers.getUpgrade() != null
				&& headers.getValuesAsList(HttpHeaders.UPGRADE).stream().anyMatch("websocket"::equalsIgnoreCase)
				&& headers.getConnection().stream().anyMatch(HttpHeaders.UPGRADE::equalsIgnoreCase);
	}

	@Override
	public WebSocketUpgradeCondition combine(WebSocketUpgradeCondition other) {
		return this;
	}

	@Override
	public @Nullable WebSocketUpgradeCondition getMatchingCondition(ServerWebExchange exchange) {
		return isHandshake(exchange.getRequest()) ? this : null;
	}

	@Override
	public int compareTo(WebSocketUpgradeCondition other, ServerWebExchange exchange) {
		return 0;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof WebSocketUpgradeCondition;
	}

	@Override
	public int hashCode() {
		return WebSocketUpgradeCondition.class.hashCode();
	}

	@Override
	public String toString() {
		return "[WebSocket]";
	}

}
