package io.natsproxy.gateway.declared;

import java.util.List;

/**
 * Declares routes. Each bean of the application is asked once, when it starts; those of
 * {@code natsproxy.gateway.routes} are declared in the same way.
 */
@FunctionalInterface
public interface NatsRouteLocator {

	/**
	 * Returns the routes.
	 * @return the routes, in their order
	 */
	List<NatsRoute> routes();

	/**
	 * Returns a locator of some routes.
	 * @param routes the routes, in their order
	 * @return the locator
	 */
	static NatsRouteLocator of(NatsRoute... routes) {
		List<NatsRoute> all = List.of(routes);
		return () -> all;
	}

}
