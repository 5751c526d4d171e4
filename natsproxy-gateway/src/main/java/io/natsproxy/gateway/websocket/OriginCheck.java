package io.natsproxy.gateway.websocket;

import java.util.List;

import io.natsproxy.gateway.headers.OwnOrigin;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.cors.CorsConfiguration;

/**
 * Keeps pages of other origins from opening WebSockets with the cookies of a client (RFC
 * 6455, section 10.2). What is no browser sends no {@code Origin}, and passes.
 */
public final class OriginCheck {

	private final OwnOrigin own;

	private final CorsConfiguration allowed = new CorsConfiguration();

	/**
	 * Creates the check.
	 * @param own knows under which origin clients see the gateway
	 * @param patterns origins that are allowed beside the gateway's own, such as
	 * {@code https://*.example.com}; {@code *} allows all
	 * @throws IllegalArgumentException if one is malformed
	 */
	public OriginCheck(OwnOrigin own, List<String> patterns) {
		this.own = own;
		this.allowed.setAllowedOriginPatterns(patterns);
	}

	/**
	 * Returns whether a client may open a WebSocket.
	 * @param request its handshake
	 * @return whether it may
	 * @throws IllegalArgumentException if a forwarded header of a trusted proxy is
	 * malformed
	 */
	boolean isAllowed(ServerHttpRequest request) {
		List<String> origins = request.getHeaders().getOrEmpty(HttpHeaders.ORIGIN);
		if (origins.isEmpty()) {
			return true;
		}
		String origin = origins.get(0);
		return origins.size() == 1 && (this.own.is(origin, request) || this.allowed.checkOrigin(origin) != null);
	}

}
