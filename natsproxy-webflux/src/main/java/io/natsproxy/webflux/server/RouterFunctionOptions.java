package io.natsproxy.webflux.server;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Answers OPTIONS for the paths of router functions, as WebFlux does for those of
 * annotated methods, so that a gateway can tell what is not allowed from what is not
 * there. Stands behind all other routes. Leaves out routes for every method, which decide
 * for themselves, and those for every path, which would answer for other services.
 */
final class RouterFunctionOptions implements RouterFunction<ServerResponse> {

	private static final String OPTIONS = "OPTIONS";

	private final List<Route> routes;

	private final PathPatternIndex<Route> byPattern = new PathPatternIndex<>();

	RouterFunctionOptions(List<NatsRoute> routes) {
		this.routes = routes.stream()
			.filter((route) -> !route.methods().isEmpty() && !route.pattern().equals("/**"))
			.map(Route::new)
			.toList();
		this.routes.forEach((route) -> this.byPattern.add(route.pattern(), route));
	}

	/**
	 * Returns the routes that are answered.
	 */
	List<NatsRoute> routes() {
		return this.routes.stream()
			.map((route) -> new NatsRoute(Set.of(OPTIONS), route.pattern().getPatternString()))
			.distinct()
			.toList();
	}

	@Override
	public Mono<HandlerFunction<ServerResponse>> route(ServerRequest request) {
		if (!request.method().equals(HttpMethod.OPTIONS)) {
			return Mono.empty();
		}
		PathContainer path = request.requestPath().pathWithinApplication();
		Set<String> methods = this.byPattern.find(path)
			.stream()
			.filter((route) -> route.pattern().matches(path))
			.flatMap((route) -> route.methods().stream())
			.collect(Collectors.toCollection(TreeSet::new));
		if (methods.isEmpty()) {
			return Mono.empty();
		}
		if (methods.contains("GET")) {
			methods.add("HEAD");
		}
		methods.add(OPTIONS);
		return Mono.just((matched) -> ServerResponse.ok().header("Allow", String.join(",", methods)).build());
	}

	/**
	 * A route with its pattern parsed.
	 */
	private record Route(Set<String> methods, PathPattern pattern) {

		Route(NatsRoute route) {
			this(route.methods(), PathPatternParser.defaultInstance
				.parse(PathPatternParser.defaultInstance.initFullPathPattern(route.pattern())));
		}

	}

}
