package io.natsproxy.gateway.route;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The settings by which a gateway uses what it knows of routes.
 *
 * @param table the routes that services have told; {@code null} for none
 * @param mode the paths that clients reach
 * @param noResponders the answer for a path that no service answers
 * @param methodNotAllowed whether a path that is answered with other methods only is a
 * 405
 * @param maxTimeout the most for which a service may be waited for that has told that it
 * takes longer than others
 */
public record RoutePolicy(@Nullable RouteTable table, RouteMode mode, NoRespondersStatus noResponders,
		boolean methodNotAllowed, Duration maxTimeout) {

	/**
	 * The time that the answer of a service takes which gives up by itself: it should
	 * come before its caller gives up.
	 */
	private static final Duration ON_THE_WAY = Duration.ofSeconds(1);

	public RoutePolicy {
		if (mode == RouteMode.DISCOVERED && table == null) {
			throw new IllegalArgumentException(
					"Services that are not discovered cannot be the only ones to be reached");
		}
	}

	/**
	 * Returns how long the head of a response is waited for. The time of a request with a
	 * body counts from before that is read, and is not made shorter.
	 * @param timeout how long it is where a service has not told how long it takes
	 * @param route the route; {@code null} if it is not known
	 * @param body whether the request has a body
	 * @return the time-out
	 */
	public Duration timeout(Duration timeout, @Nullable KnownRoute route, boolean body) {
		Duration told = (route != null) ? route.timeout() : null;
		if (told == null) {
			return timeout;
		}
		Duration wanted = told.plus(ON_THE_WAY);
		if (wanted.compareTo(timeout) <= 0) {
			return body ? timeout : wanted;
		}
		return (wanted.compareTo(this.maxTimeout) <= 0) ? wanted
				: (this.maxTimeout.compareTo(timeout) > 0) ? this.maxTimeout : timeout;
	}

}
