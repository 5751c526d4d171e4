package io.natsproxy.webflux.server;

import io.natsproxy.webflux.path.PathCondition;
import reactor.core.publisher.Mono;

import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Runs middleware as the filter that WebFlux knows.
 *
 * @param middleware the middleware
 * @param path the paths for which it runs
 */
record MiddlewareFilter(NatsMiddleware middleware, PathCondition path) implements WebFilter {

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		return this.path.matches(exchange.getRequest().getPath()) ? this.middleware.handle(exchange, chain)
				: chain.filter(exchange);
	}

}
