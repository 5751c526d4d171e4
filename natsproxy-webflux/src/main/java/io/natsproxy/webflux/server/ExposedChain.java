package io.natsproxy.webflux.server;

import org.springframework.http.server.reactive.HttpHandler;

/**
 * The chain that an application has for HTTP, and the requests for which it is exposed.
 *
 * @param paths the requests
 * @param httpHandler handles them
 */
public record ExposedChain(ExposedPaths paths, HttpHandler httpHandler) {

}
