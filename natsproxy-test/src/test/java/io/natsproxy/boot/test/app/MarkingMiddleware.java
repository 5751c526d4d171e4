package io.natsproxy.boot.test.app;

import io.natsproxy.webflux.server.NatsMiddleware;
import reactor.core.publisher.Mono;

import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilterChain;

/**
 * Marks each response.
 */
@Component
class MarkingMiddleware implements NatsMiddleware {

	@Override
	public Mono<Void> handle(ServerWebExchange exchange, WebFilterChain chain) {
		exchange.getResponse().getHeaders().set("X-Marked", "yes");
		return chain.filter(exchange);
	}

}
