package io.natsproxy.webflux.server;

import io.natsproxy.core.exchange.listener.IncomingExchange;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.reactive.HandlerAdapter;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.pattern.PathPattern;

/**
 * Tells an exchange over NATS which route handles it, when its handler is about to be
 * called.
 */
final class MatchedRoute {

	private MatchedRoute() {
	}

	/**
	 * Tells which route handles a request, where that is known.
	 */
	static void tell(ServerWebExchange exchange) {
		Object pattern = exchange.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
		if (pattern instanceof PathPattern path) {
			IncomingExchange incoming = incoming(exchange.getRequest());
			if (incoming != null) {
				incoming.route(path.getPatternString());
			}
		}
	}

	/**
	 * Finds the exchange below the decorators of filters.
	 */
	private static @Nullable IncomingExchange incoming(ServerHttpRequest request) {
		try {
			return (ServerHttpRequestDecorator.getNativeRequest(request) instanceof IncomingExchange incoming)
					? incoming : null;
		}
		catch (IllegalArgumentException ex) {
			// A request of a filter's own.
			return null;
		}
	}

	/**
	 * Returns an adapter that tells it before it calls another one.
	 */
	static HandlerAdapter before(HandlerAdapter adapter) {
		return new TellingAdapter(adapter);
	}

	/**
	 * Tells it, and calls another adapter.
	 */
	private record TellingAdapter(HandlerAdapter adapter) implements HandlerAdapter, Ordered {

		@Override
		public boolean supports(Object handler) {
			return this.adapter.supports(handler);
		}

		@Override
		public Mono<HandlerResult> handle(ServerWebExchange exchange, Object handler) {
			tell(exchange);
			return this.adapter.handle(exchange, handler);
		}

		@Override
		public int getOrder() {
			return (this.adapter instanceof Ordered ordered) ? ordered.getOrder() : Ordered.LOWEST_PRECEDENCE;
		}

	}

}
