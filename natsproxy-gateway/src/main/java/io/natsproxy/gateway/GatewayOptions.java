package io.natsproxy.gateway;

import java.time.Duration;
import java.util.function.Predicate;

/**
 * The settings by which the gateway handles requests.
 *
 * @param timeout how long it may take until the head of the response has come
 * @param bodyLimits how long the bodies of requests may be
 * @param notFound whether a path that nobody answers is a 404 and not a 503
 * @param methodNotAllowed whether a path that nobody answers with this method, but
 * somebody with another, is a 405
 * @param formats in which format requests go out
 * @param passedOn the fields of a client, by their names, that services get as they are
 */
public record GatewayOptions(Duration timeout, BodyLimits bodyLimits, boolean notFound, boolean methodNotAllowed,
		GatewayFormats formats, Predicate<String> passedOn) {

	public GatewayOptions {
		if (timeout.isNegative() || timeout.isZero()) {
			throw new IllegalArgumentException("The time-out of the gateway is not positive: " + timeout);
		}
	}

}
