package io.natsproxy.gateway.declared;

import org.jspecify.annotations.Nullable;

/**
 * Makes the handlers of one kind of target. A bean of the application may add a kind.
 */
@FunctionalInterface
public interface RouteHandlerFactory {

	/**
	 * Makes the handler of a route.
	 * @param route the route
	 * @return the handler; {@code null} if its target is of another kind
	 * @throws IllegalArgumentException if the route cannot be as it is declared
	 */
	@Nullable RouteHandler create(NatsRoute route);

}
