package io.natsproxy.webflux.server;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.result.method.RequestMappingInfo;

/**
 * What stands behind the routes of a service, to be described to others.
 *
 * @param methods the methods that answer requests, by their mappings
 * @param functions the router functions, by the names of their beans
 * @param functionRoutes the routes of these functions
 * @param exposed what the service exposes of an application of HTTP; {@code null} for
 * nothing
 */
public record RouteHandlers(Map<RequestMappingInfo, HandlerMethod> methods, Map<String, RouterFunction<?>> functions,
		List<NatsRoute> functionRoutes, @Nullable ExposedPaths exposed) {

	/**
	 * The handlers of routes of which nothing is known.
	 */
	static final RouteHandlers NONE = new RouteHandlers(Map.of(), Map.of(), List.of(), null);

	public RouteHandlers {
		methods = Map.copyOf(methods);
		functions = Map.copyOf(functions);
		functionRoutes = List.copyOf(functionRoutes);
	}

	/**
	 * Returns the same handlers, and what is exposed beside them.
	 */
	RouteHandlers exposing(ExposedPaths paths) {
		return new RouteHandlers(this.methods, this.functions, this.functionRoutes, paths);
	}

}
