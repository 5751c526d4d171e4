package io.natsproxy.gateway;

import java.util.List;

import reactor.core.publisher.Mono;

import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;

/**
 * The dispatcher of an application that is a gateway. It does what Spring's does, but for
 * paths that no other mapping claims, which is nearly all: the gateway gets those at
 * once.
 */
public final class GatewayDispatcherHandler extends DispatcherHandler {

	private final GatewayHandlerMapping gateway;

	private final ClaimedPaths claimedPaths;

	/**
	 * Creates the dispatcher.
	 * @param context holds the mappings
	 * @param gateway the mapping of the gateway
	 */
	public GatewayDispatcherHandler(ApplicationContext context, GatewayHandlerMapping gateway) {
		super(context);
		this.gateway = gateway;
		List<HandlerMapping> mappings = getHandlerMappings();
		int position = (mappings != null) ? mappings.indexOf(gateway) : -1;
		// Where it is not among them, it is a mapping like any other: not to be known.
		this.claimedPaths = new ClaimedPaths(
				(mappings != null && position >= 0) ? mappings.subList(0, position) : List.of(gateway));
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		boolean rejected = exchange.getResponse().getStatusCode() == HttpStatus.FORBIDDEN;
		if (rejected || CorsUtils.isPreFlightRequest(exchange.getRequest())
				|| this.claimedPaths.mayInclude(exchange.getRequest().getPath().pathWithinApplication())) {
			return super.handle(exchange);
		}
		return handleByGateway(exchange).onErrorResume((ex) -> {
			// The application may have a handler of exceptions.
			this.gateway.failed(exchange, ex);
			return super.handle(exchange);
		});
	}

	private Mono<Void> handleByGateway(ServerWebExchange exchange) {
		try {
			return this.gateway.handle(exchange);
		}
		catch (RuntimeException ex) {
			return Mono.error(ex);
		}
	}

}
