package io.natsproxy.webflux.server;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import org.springframework.http.server.reactive.HttpHandler;

/**
 * The chain that handles the requests of a service, and the routes for which it does.
 *
 * @param httpHandler filters, middleware, handlers, exception handlers
 * @param routes the routes that the application declares
 * @param implicitRoutes the routes that are answered without being declared: OPTIONS
 * @param handlers what stands behind the routes
 */
public record NatsHandler(HttpHandler httpHandler, List<NatsRoute> routes, List<NatsRoute> implicitRoutes,
		RouteHandlers handlers) {

	/**
	 * Creates a handler of which nothing more is known than its routes.
	 * @param httpHandler filters, middleware, handlers, exception handlers
	 * @param routes the routes that the application declares
	 * @param implicitRoutes the routes that are answered without being declared: OPTIONS
	 */
	public NatsHandler(HttpHandler httpHandler, List<NatsRoute> routes, List<NatsRoute> implicitRoutes) {
		this(httpHandler, routes, implicitRoutes, RouteHandlers.NONE);
	}

	/**
	 * Returns a handler that serves what an application exposes of its own, too. The
	 * routes of this handler come first.
	 * @param paths what is exposed at the most
	 * @param chain the chain that the application has for HTTP; asked when the server
	 * starts, since a context that is still being made would give it without the handler
	 * mappings that are being made
	 * @return both in one
	 */
	public NatsHandler exposing(ExposedPaths paths, Supplier<ExposedChain> chain) {
		List<NatsRoute> routes = new ArrayList<>(this.routes);
		routes.addAll(paths.routes());
		List<NatsRoute> implicitRoutes = new ArrayList<>(this.implicitRoutes);
		implicitRoutes.addAll(paths.implicitRoutes());
		return new NatsHandler(new ExposingHandler(this, chain), List.copyOf(routes), List.copyOf(implicitRoutes),
				this.handlers.exposing(paths));
	}

	/**
	 * Tells whether a chain that was made for HTTP is among what this handler serves.
	 */
	boolean isExposing() {
		return this.httpHandler instanceof ExposingHandler;
	}

	/**
	 * Completes the handler before the first request.
	 */
	void prepare() {
		if (this.httpHandler instanceof ExposingHandler exposing) {
			exposing.prepare();
		}
	}

	/**
	 * Requires that no route of this handler is exposed too.
	 * @param paths what is exposed
	 * @throws OverlappingExposureException if one is
	 */
	public void requireApart(ExposedPaths paths) {
		paths.requireApart(this.routes);
	}

}
