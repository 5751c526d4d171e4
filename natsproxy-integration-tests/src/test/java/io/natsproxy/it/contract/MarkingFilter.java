package io.natsproxy.it.contract;

import reactor.core.publisher.Mono;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * A filter of the application: marks every exchange, and turns some away.
 */
class MarkingFilter implements WebFilter {

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		exchange.getAttributes().put("filtered", "by the filter");
		exchange.getResponse().getHeaders().add("X-Filtered", "yes");
		if (exchange.getRequest().getHeaders().containsHeader("X-Forbidden")) {
			exchange.getResponse().setStatusCode(HttpStatus.FORBIDDEN);
			return exchange.getResponse().setComplete();
		}
		return chain.filter(exchange);
	}

}
