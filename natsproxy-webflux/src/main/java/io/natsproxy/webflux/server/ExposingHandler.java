package io.natsproxy.webflux.server;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

import io.natsproxy.core.wire.Problem;
import io.natsproxy.webflux.server.ExposedPaths.Decision;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Hands requests that an application exposes to its own chain, and those of the routes
 * that it declares for NATS to theirs. All others, which have come because a subject is
 * wider than a pattern, are refused without either: as if there were no route.
 */
final class ExposingHandler implements HttpHandler {

	private static final MediaType PROBLEM = MediaType.parseMediaType(Problem.MEDIA_TYPE);

	private final HttpHandler own;

	private final PathPatternIndex<OwnRoute> ownRoutes;

	private final PathPatternIndex<OwnRoute> implicitRoutes;

	private final Supplier<ExposedChain> supplier;

	private volatile @Nullable ExposedChain exposed;

	/**
	 * Creates a handler.
	 * @param own the chain of the routes that the application declares for NATS
	 * @param exposed what is exposed; asked when the handler is prepared
	 */
	ExposingHandler(NatsHandler own, Supplier<ExposedChain> exposed) {
		this.own = own.httpHandler();
		this.ownRoutes = index(own.routes());
		this.implicitRoutes = index(own.implicitRoutes());
		this.supplier = exposed;
	}

	private static PathPatternIndex<OwnRoute> index(List<NatsRoute> routes) {
		PathPatternIndex<OwnRoute> index = new PathPatternIndex<>();
		for (NatsRoute route : routes) {
			OwnRoute own = new OwnRoute(route);
			index.add(own.pattern(), own);
		}
		return index;
	}

	/**
	 * Finds the chain that the application has for HTTP.
	 */
	ExposedChain prepare() {
		ExposedChain exposed = this.supplier.get();
		this.exposed = exposed;
		return exposed;
	}

	@Override
	public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
		if (isAmong(this.ownRoutes, request)) {
			return this.own.handle(request, response);
		}
		ExposedChain exposed = this.exposed;
		if (exposed == null) {
			exposed = prepare();
		}
		Decision decision = exposed.paths().decide(request);
		if (request.getMethod() == HttpMethod.OPTIONS && isAmong(this.implicitRoutes, request)) {
			if (decision != Decision.NOT_EXPOSED) {
				allowToo(response, exposed.paths().allowedMethods());
			}
			return this.own.handle(request, response);
		}
		return switch (decision) {
			case EXPOSED -> exposed.httpHandler().handle(request, response);
			case OTHER_METHOD -> answerMethod(exposed.paths(), request, response);
			case NOT_EXPOSED -> refuse(response, HttpStatus.NOT_FOUND, "Nothing is served here");
		};
	}

	/**
	 * Adds methods to those that a response names as allowed, if it does.
	 */
	private static void allowToo(ServerHttpResponse response, Set<HttpMethod> methods) {
		response.beforeCommit(() -> {
			Set<HttpMethod> allowed = new TreeSet<>(response.getHeaders().getAllow());
			if (!allowed.isEmpty()) {
				allowed.addAll(methods);
				response.getHeaders().setAllow(allowed);
			}
			return Mono.empty();
		});
	}

	private static boolean isAmong(PathPatternIndex<OwnRoute> routes, ServerHttpRequest request) {
		PathContainer path = request.getPath().pathWithinApplication();
		for (OwnRoute each : routes.find(path)) {
			if (each.takes(request.getMethod()) && each.pattern().matches(path)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Returns the methods for which the path of a request is one of the application's own
	 * routes.
	 */
	private Set<HttpMethod> ownMethods(ServerHttpRequest request) {
		PathContainer path = request.getPath().pathWithinApplication();
		Set<HttpMethod> methods = new TreeSet<>();
		for (OwnRoute each : this.ownRoutes.find(path)) {
			if (each.pattern().matches(path)) {
				each.route().methods().forEach((method) -> methods.add(HttpMethod.valueOf(method)));
			}
		}
		if (methods.contains(HttpMethod.GET)) {
			methods.add(HttpMethod.HEAD);
		}
		return methods;
	}

	/**
	 * Tells which methods are served: a gateway asks by OPTIONS.
	 */
	private Mono<Void> answerMethod(ExposedPaths paths, ServerHttpRequest request, ServerHttpResponse response) {
		Set<HttpMethod> allowed = new TreeSet<>(paths.allowedMethods());
		allowed.addAll(ownMethods(request));
		response.getHeaders().setAllow(allowed);
		if (request.getMethod() == HttpMethod.OPTIONS) {
			response.setStatusCode(HttpStatus.OK);
			return response.setComplete();
		}
		return refuse(response, HttpStatus.METHOD_NOT_ALLOWED, "The method is not served here");
	}

	private static Mono<Void> refuse(ServerHttpResponse response, HttpStatus status, String detail) {
		response.setStatusCode(status);
		response.getHeaders().setContentType(PROBLEM);
		DataBuffer body = response.bufferFactory().wrap(Problem.of(status.value(), detail).toJson());
		return response.writeWith(Mono.just(body));
	}

	/**
	 * A route that the application declares for NATS, with its pattern parsed.
	 */
	private record OwnRoute(NatsRoute route, PathPattern pattern) {

		OwnRoute(NatsRoute route) {
			this(route, PathPatternParser.defaultInstance
				.parse(PathPatternParser.defaultInstance.initFullPathPattern(route.pattern())));
		}

		boolean takes(HttpMethod method) {
			return this.route.methods().isEmpty() || this.route.methods().contains(method.name())
					|| method == HttpMethod.HEAD && this.route.methods().contains("GET");
		}

	}

}
