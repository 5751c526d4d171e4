package io.natsproxy.gateway.declared;

import io.natsproxy.core.exchange.caller.NatsReply;
import reactor.core.publisher.Mono;

/**
 * Answers the requests of one declared route. Safe for use by many threads.
 */
@FunctionalInterface
public interface RouteHandler {

	/**
	 * Answers a request.
	 * @param request the request, whose method is one of those of the route, or HEAD for
	 * GET: then the body of the reply is not written
	 * @return the reply; or a {@link RouteProblemException}, a
	 * {@link io.natsproxy.core.exchange.NatsExchangeException} or a
	 * {@link io.natsproxy.core.wire.MalformedMessageException}, of which the client is
	 * told by a problem
	 */
	Mono<NatsReply> handle(RouteRequest request);

	/**
	 * Returns whether requests count within the limits of the gateway by themselves, as
	 * those of exchanges do.
	 * @return {@code false} if they are to be counted while they are handled
	 */
	default boolean countsRequests() {
		return false;
	}

}
