package io.natsproxy.gateway;

import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;

/**
 * Ends what the application's own handlers have begun for a client that has gone within
 * its body: nobody is left to be answered, and it is no error of the server, as which it
 * would be logged and counted.
 */
public final class GoneClientExceptionHandler implements WebExceptionHandler, Ordered {

	/**
	 * Order before the handler of Spring Boot, which is at -1.
	 */
	private static final int ORDER = -2;

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange, Throwable ex) {
		if (!(ex instanceof AbortedException) || exchange.getResponse().isCommitted()) {
			return Mono.error(ex);
		}
		ServerRequestObservationContext.findCurrent(exchange.getAttributes())
			.ifPresent((observation) -> observation.setConnectionAborted(true));
		return Mono.empty();
	}

}
