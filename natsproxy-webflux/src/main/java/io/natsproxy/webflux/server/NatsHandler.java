package io.natsproxy.webflux.server;

import java.util.List;

import org.springframework.http.server.reactive.HttpHandler;

/**
 * The chain that handles the requests of a service, and the routes for which it does.
 *
 * @param httpHandler filters, middleware, handlers, exception handlers
 * @param routes the routes that the application declares
 * @param implicitRoutes the routes that are answered without being declared: OPTIONS
 */
public record NatsHandler(HttpHandler httpHandler, List<NatsRoute> routes, List<NatsRoute> implicitRoutes) {

}
