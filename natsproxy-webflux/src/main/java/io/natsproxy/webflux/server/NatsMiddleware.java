package io.natsproxy.webflux.server;

import io.natsproxy.webflux.path.PathCondition;
import reactor.core.publisher.Mono;

import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilterChain;

/**
 * Runs before the handlers of a service, after the application's {@code WebFilter}s, and
 * for requests over NATS only. Beans of this type run in their order ({@code @Order},
 * {@code Ordered}).
 *
 * <pre class="code">
 * &#64;Bean
 * &#64;Order(1)
 * NatsMiddleware authorization() {
 *     return (exchange, chain) -&gt; {
 *         if (exchange.getRequest().getHeaders().getFirst("Authorization") == null) {
 *             exchange.getResponse().setStatusCode(HttpStatus.UNAUTHORIZED);
 *             return exchange.getResponse().setComplete();
 *         }
 *         return chain.filter(exchange);
 *     };
 * }</pre>
 */
@FunctionalInterface
public interface NatsMiddleware {

	/**
	 * Handles a request: passes it on, or answers it by completing the response, in which
	 * case no further middleware and no handler runs. Must not block.
	 * @param exchange the request and the response
	 * @param chain the rest of the middleware and the handler
	 * @return completes when the request has been handled
	 */
	Mono<Void> handle(ServerWebExchange exchange, WebFilterChain chain);

	/**
	 * Returns the paths for which this middleware runs: all of them by default.
	 * @return the condition
	 */
	default PathCondition path() {
		return PathCondition.any();
	}

	/**
	 * Returns the same middleware for fewer paths.
	 * @param path the condition
	 * @return middleware that runs for paths that meet it
	 */
	default NatsMiddleware on(PathCondition path) {
		NatsMiddleware middleware = this;
		return new NatsMiddleware() {

			@Override
			public Mono<Void> handle(ServerWebExchange exchange, WebFilterChain chain) {
				return middleware.handle(exchange, chain);
			}

			@Override
			public PathCondition path() {
				return path;
			}

		};
	}

}
