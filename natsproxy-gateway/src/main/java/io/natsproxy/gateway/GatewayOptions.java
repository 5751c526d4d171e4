package io.natsproxy.gateway;

import java.time.Duration;
import java.util.function.Predicate;

import io.natsproxy.gateway.route.RoutePolicy;

/**
 * The settings by which the gateway handles requests.
 *
 * @param timeout how long it may take until the head of the response has come
 * @param bodyLimits how long the bodies of requests may be
 * @param routes what is made of what is known of routes
 * @param formats in which format requests go out
 * @param passedOn the fields of a client, by their names, that services get as they are
 */
public record GatewayOptions(Duration timeout, BodyLimits bodyLimits, RoutePolicy routes, GatewayFormats formats,
		Predicate<String> passedOn) {

	public GatewayOptions {
		if (timeout.isNegative() || timeout.isZero()) {
			throw new IllegalArgumentException("The time-out of the gateway is not positive: " + timeout);
		}
	}

}
