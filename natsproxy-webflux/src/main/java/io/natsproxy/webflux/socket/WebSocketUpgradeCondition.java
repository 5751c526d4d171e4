package io.natsproxy.webflux.socket;

import org.jspecify.annotations.Nullable;

import org.springframework.web.reactive.result.condition.RequestCondition;
import org.springframework.web.reactive.socket.server.support.WebSocketUpgradeHandlerPredicate;
import org.springframework.web.server.ServerWebExchange;

/**
 * Holds for the handshakes of WebSockets.
 */
public final class WebSocketUpgradeCondition implements RequestCondition<WebSocketUpgradeCondition> {

	private static final WebSocketUpgradeHandlerPredicate UPGRADE = new WebSocketUpgradeHandlerPredicate();

	@Override
	public WebSocketUpgradeCondition combine(WebSocketUpgradeCondition other) {
		return this;
	}

	@Override
	public @Nullable WebSocketUpgradeCondition getMatchingCondition(ServerWebExchange exchange) {
		return UPGRADE.test(this, exchange) ? this : null;
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
