package io.natsproxy.gateway.declared;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.subject.PathTemplate;
import io.natsproxy.core.subject.SubjectTemplate;
import io.natsproxy.gateway.DeclaredHandlers;
import io.natsproxy.gateway.DeclaredHandshake;
import io.natsproxy.gateway.GatewayHandler;
import io.natsproxy.gateway.route.KnownRoute;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.web.accept.ApiVersionHolder;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.accept.ApiVersionStrategy;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import org.springframework.web.util.pattern.PathPattern;

/**
 * The routes that are declared, by which requests find their handlers. Safe for use by
 * many threads.
 */
public final class DeclaredRoutes implements DeclaredHandlers {

	private final List<Entry> entries;

	private final @Nullable ApiVersionStrategy versions;

	/**
	 * Makes the handlers of routes.
	 * @param gateway reads requests and writes responses
	 * @param caller has the limits; not closed by this object
	 * @param routes the routes
	 * @param factories make the handlers; for each target the first that knows it
	 * @param versions finds the version of an API that a request asks for; {@code null}
	 * where there are none
	 * @param watched has handlers watched
	 * @throws IllegalArgumentException if a route is malformed, has a target that none of
	 * the factories knows, or cannot be told from another
	 */
	public DeclaredRoutes(GatewayHandler gateway, NatsCaller caller, Collection<NatsRoute> routes,
			Collection<RouteHandlerFactory> factories, @Nullable ApiVersionStrategy versions,
			UnaryOperator<WebHandler> watched) {
		this.versions = versions;
		List<Entry> entries = new ArrayList<>();
		for (NatsRoute route : routes) {
			DeclaredHandler handler = new DeclaredHandler(gateway, caller, route, handler(route, factories));
			entries.add(new Entry(route, watched.apply(handler), hasExpressions(route),
					handler.acceptsWebSockets() ? handler::connect : null));
		}
		entries.sort(Comparator.comparing(Entry::route,
				Comparator.comparingInt(NatsRoute::order)
					.thenComparing(NatsRoute::path, PathPattern.SPECIFICITY_COMPARATOR)
					.thenComparing((route) -> route.condition() == null)));
		for (int i = 0; i < entries.size(); i++) {
			for (int j = i + 1; j < entries.size(); j++) {
				requireDistinct(entries.get(i).route(), entries.get(j).route());
			}
		}
		this.entries = List.copyOf(entries);
	}

	private static RouteHandler handler(NatsRoute route, Collection<RouteHandlerFactory> factories) {
		requireVariables(route);
		RouteHandler handler = factories.stream()
			.map((factory) -> factory.create(route))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException(
					"Route '" + route + "': nothing makes handlers for the target '" + route.target().kind() + "'"));
		RequestVerifier verifier = route.verifier();
		return (verifier != null) ? new VerifyingHandler(verifier, handler) : handler;
	}

	private static void requireVariables(NatsRoute route) {
		List<String> known = new ArrayList<>();
		String rest = null;
		for (PathTemplate.Variable variable : PathTemplate.of(route.path().getPatternString()).variables()) {
			known.add(variable.name());
			rest = variable.rest() ? variable.name() : null;
		}
		for (SubjectTemplate template : route.target().templates()) {
			for (String variable : template.variables()) {
				boolean found = known.contains(variable) || variable.startsWith(RouteVariables.QUERY)
						|| variable.startsWith(RouteVariables.HEADER);
				if (!found) {
					throw new IllegalArgumentException("Route '" + route + "': its path has no variable '" + variable
							+ "', of which '" + template + "' is made");
				}
			}
			String tokens = template.restVariable();
			if (tokens != null && !tokens.equals(rest)) {
				throw new IllegalArgumentException("Route '" + route + "': '{*" + tokens + "}' in '" + template
						+ "' takes '{*" + tokens + "}' at the end of the path");
			}
		}
	}

	private static boolean hasExpressions(NatsRoute route) {
		return PathTemplate.of(route.path().getPatternString())
			.variables()
			.stream()
			.anyMatch((variable) -> variable.regex() != null);
	}

	private static void requireDistinct(NatsRoute one, NatsRoute other) {
		boolean same = one.order() == other.order() && shape(one).equals(shape(other)) && one.condition() == null
				&& other.condition() == null && one.methods().stream().anyMatch(other.methods()::contains);
		if (same) {
			throw new IllegalArgumentException(
					"Routes '" + one + "' and '" + other + "' are for the same requests, and have the same order");
		}
	}

	/**
	 * Returns the path without the names of its variables, which make no difference.
	 */
	private static String shape(NatsRoute route) {
		String pattern = route.path().getPatternString();
		PathTemplate template = PathTemplate.of(pattern);
		boolean plain = pattern.indexOf('*') < 0 && pattern.indexOf('?') < 0
				&& template.variables().stream().allMatch((variable) -> variable.regex() == null);
		return plain ? template.shape() : pattern;
	}

	/**
	 * Returns the routes.
	 * @return the routes, in the order in which they are looked through
	 */
	public List<NatsRoute> routes() {
		return this.entries.stream().map(Entry::route).toList();
	}

	@Override
	public @Nullable WebHandler find(ServerWebExchange exchange, boolean handshake) {
		PathContainer path = exchange.getRequest().getPath().pathWithinApplication();
		HttpMethod method = exchange.getRequest().getMethod();
		Set<String> others = null;
		ServerRequest request = null;
		boolean expressible = isExpressible(path);
		for (Entry entry : this.entries) {
			NatsRoute route = entry.route();
			if (entry.expressions() && !expressible) {
				continue;
			}
			PathPattern.PathMatchInfo match = route.path().matchAndExtract(path);
			if (match == null) {
				continue;
			}
			RequestPredicate condition = route.condition();
			if (condition != null) {
				request = (request != null) ? request : request(exchange);
				if (!condition.test(request)) {
					continue;
				}
			}
			if (allows(route, method)) {
				found(exchange, route, match);
				DeclaredHandshake sockets = entry.handshake();
				if (handshake && sockets != null) {
					exchange.getAttributes().put(DeclaredHandshake.ATTRIBUTE, sockets);
					return null;
				}
				return entry.handler();
			}
			others = (others != null) ? others : new TreeSet<>();
			addMethods(route, others);
		}
		if (others != null) {
			exchange.getAttributes().put(METHODS_ATTRIBUTE, List.copyOf(others));
		}
		return null;
	}

	private ServerRequest request(ServerWebExchange exchange) {
		ApiVersionStrategy strategy = this.versions;
		if (strategy != null) {
			ApiVersionHolder version = (ApiVersionHolder) exchange.getAttributes()
				.computeIfAbsent(HandlerMapping.API_VERSION_ATTRIBUTE, (name) -> version(strategy, exchange));
			if (version.hasError()) {
				throw version.getError();
			}
		}
		return ServerRequest.create(exchange, List.of(), strategy);
	}

	/**
	 * Returns the version that a request asks for, if it can be told without waiting. No
	 * other mapping need have looked for it.
	 */
	private static ApiVersionHolder version(ApiVersionStrategy strategy, ServerWebExchange exchange) {
		return strategy.resolveParseAndValidateApiVersion(exchange)
			.map(ApiVersionHolder::fromVersion)
			.onErrorResume(RuntimeException.class, (ex) -> Mono.just(ApiVersionHolder.fromError(ex)))
			.defaultIfEmpty(ApiVersionHolder.EMPTY)
			.toFuture()
			.getNow(ApiVersionHolder.EMPTY);
	}

	/**
	 * Returns whether regular expressions are asked about the segments of a path.
	 */
	private static boolean isExpressible(PathContainer path) {
		return path.value().length() <= SubjectTemplate.MAX_MATCHED || path.elements()
			.stream()
			.noneMatch((element) -> element instanceof PathSegment segment
					&& segment.valueToMatch().length() > SubjectTemplate.MAX_MATCHED);
	}

	private static boolean allows(NatsRoute route, HttpMethod method) {
		return route.methods().contains((method == HttpMethod.HEAD) ? HttpMethod.GET : method);
	}

	private static void addMethods(NatsRoute route, Set<String> methods) {
		route.methods().forEach((method) -> methods.add(method.name()));
		methods.add(HttpMethod.OPTIONS.name());
		if (route.methods().contains(HttpMethod.GET)) {
			methods.add(HttpMethod.HEAD.name());
		}
	}

	private static void found(ServerWebExchange exchange, NatsRoute route, PathPattern.PathMatchInfo match) {
		String pattern = route.path().getPatternString();
		exchange.getAttributes().put(DeclaredHandler.MATCH_ATTRIBUTE, match);
		exchange.getAttributes().put(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE, route.path());
		exchange.getAttributes().put(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE, match.getUriVariables());
		exchange.getAttributes().put(KnownRoute.ATTRIBUTE, new KnownRoute(pattern, null, null, pattern, null));
		ServerRequestObservationContext.findCurrent(exchange.getAttributes())
			.ifPresent((observation) -> observation.setPathPattern(pattern));
	}

	/**
	 * A route and what handles its requests, and the handshakes among them where there
	 * are WebSockets.
	 *
	 * @param expressions whether its path has regular expressions
	 */
	private record Entry(NatsRoute route, WebHandler handler, boolean expressions,
			@Nullable DeclaredHandshake handshake) {

	}

}
