package io.natsproxy.gateway.cors;

import io.natsproxy.webflux.websocket.WebSocketUpgradeCondition;
import org.jspecify.annotations.Nullable;

import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.server.ServerWebExchange;

/**
 * The CORS configuration of the gateway as Spring Security looks for it, which answers
 * preflight requests before it asks for credentials that these never have. Handshakes of
 * WebSockets are none of it: who may open them is another setting.
 */
public final class GatewayCors implements CorsConfigurationSource {

	private final CorsConfiguration configuration;

	/**
	 * Creates the source.
	 * @param configuration the configuration for all paths
	 */
	public GatewayCors(CorsConfiguration configuration) {
		this.configuration = configuration;
	}

	@Override
	public @Nullable CorsConfiguration getCorsConfiguration(ServerWebExchange exchange) {
		return WebSocketUpgradeCondition.isHandshake(exchange.getRequest()) ? null : this.configuration;
	}

}
