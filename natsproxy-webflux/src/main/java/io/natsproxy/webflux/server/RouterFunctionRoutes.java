package io.natsproxy.webflux.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

import reactor.core.publisher.Mono;

import org.springframework.core.io.Resource;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;

/**
 * Reads the routes of a router function. Where a predicate cannot be read (a lambda, a
 * negation), the route covers every method and path below the enclosing ones: the router
 * function decides, as it does over HTTP.
 */
final class RouterFunctionRoutes implements RouterFunctions.Visitor {

	/**
	 * The handler of resources answers other methods with 405. Of their paths nothing is
	 * told.
	 */
	private static final List<PredicateCover> RESOURCES = List
		.of(new PredicateCover(Set.of("GET", "HEAD", "OPTIONS"), null, false));

	private final Set<PredicateCover> covers = new LinkedHashSet<>();

	private final Deque<List<PredicateCover>> enclosing = new ArrayDeque<>();

	private RouterFunctionRoutes() {
		this.enclosing.push(List.of(new PredicateCover(null, null, true)));
	}

	/**
	 * Returns the routes that cover a router function.
	 */
	static List<NatsRoute> of(RouterFunction<?> routerFunction) {
		return read(routerFunction).map(PredicateCover::toRoute).distinct().toList();
	}

	/**
	 * Returns the routes of which a router function takes every request.
	 */
	static List<NatsRoute> takenBy(RouterFunction<?> routerFunction) {
		return read(routerFunction).filter(PredicateCover::exact).map(PredicateCover::toRoute).distinct().toList();
	}

	private static Stream<PredicateCover> read(RouterFunction<?> routerFunction) {
		RouterFunctionRoutes visitor = new RouterFunctionRoutes();
		routerFunction.accept(visitor);
		return visitor.covers.stream();
	}

	@Override
	public void startNested(RequestPredicate predicate) {
		List<PredicateCover> inner = PredicateCoverVisitor.ofNested(predicate);
		this.enclosing.push(this.enclosing.element()
			.stream()
			.flatMap((outer) -> inner.stream().flatMap(outer::nest))
			.distinct()
			.toList());
	}

	@Override
	public void endNested(RequestPredicate predicate) {
		this.enclosing.pop();
	}

	@Override
	public void route(RequestPredicate predicate, HandlerFunction<?> handlerFunction) {
		add(PredicateCoverVisitor.ofRoute(predicate));
	}

	@Override
	public void resources(Function<ServerRequest, Mono<Resource>> lookupFunction) {
		add(RESOURCES);
	}

	@Override
	public void attributes(Map<String, Object> attributes) {
		// Say nothing about methods and paths.
	}

	@Override
	public void unknown(RouterFunction<?> routerFunction) {
		add(PredicateCover.EVERYTHING);
	}

	private void add(List<PredicateCover> covers) {
		for (PredicateCover outer : this.enclosing.element()) {
			covers.forEach((inner) -> outer.nestRoute(inner).forEach(this.covers::add));
		}
	}

}
