package io.natsproxy.webflux.server;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import reactor.core.publisher.Mono;

import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.server.ServerWebExchange;

/**
 * Calls handler methods as WebFlux does, and refuses parts of another kind than they
 * take.
 */
class NatsHandlerAdapter extends RequestMappingHandlerAdapter {

	private final Map<Method, PartParameters> partParameters = new ConcurrentHashMap<>();

	@Override
	public Mono<HandlerResult> handle(ServerWebExchange exchange, Object handler) {
		MatchedRoute.tell(exchange);
		HandlerMethod method = (HandlerMethod) handler;
		PartParameters parameters = this.partParameters.get(method.getMethod());
		if (parameters == null) {
			ReactiveAdapterRegistry registry = getReactiveAdapterRegistry();
			parameters = PartParameters.of(method,
					(registry != null) ? registry : ReactiveAdapterRegistry.getSharedInstance());
			this.partParameters.put(method.getMethod(), parameters);
		}
		return super.handle(parameters.isEmpty() ? exchange : parameters.check(exchange), handler);
	}

}
