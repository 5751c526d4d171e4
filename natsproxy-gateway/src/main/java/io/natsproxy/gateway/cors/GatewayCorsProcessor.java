package io.natsproxy.gateway.cors;

import java.util.Objects;

import io.natsproxy.gateway.headers.OwnOrigin;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.DefaultCorsProcessor;
import org.springframework.web.server.ServerWebExchange;

/**
 * Does what Spring's processor does, but for the pages of the gateway itself, which that
 * knows only where no proxy stands in front of it: their requests name an origin, too.
 */
public final class GatewayCorsProcessor extends DefaultCorsProcessor {

	private final OwnOrigin own;

	/**
	 * Creates the processor.
	 * @param own knows under which origin clients see the gateway
	 */
	public GatewayCorsProcessor(OwnOrigin own) {
		this.own = own;
	}

	@Override
	protected boolean handleInternal(ServerWebExchange exchange, CorsConfiguration configuration, boolean preFlight) {
		return (!preFlight && isOwn(exchange.getRequest())) || super.handleInternal(exchange, configuration, preFlight);
	}

	private boolean isOwn(ServerHttpRequest request) {
		try {
			return this.own.is(Objects.requireNonNull(request.getHeaders().getOrigin()), request);
		}
		catch (IllegalArgumentException ex) {
			// What the proxy says is malformed, which is refused later.
			return false;
		}
	}

}
