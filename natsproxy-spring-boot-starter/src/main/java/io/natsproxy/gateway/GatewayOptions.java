package io.natsproxy.gateway;

import java.time.Duration;

/**
 * How the gateway handles requests.
 *
 * @param timeout how long an exchange may take, from the first byte of the request's body
 * to the reply
 * @param maxBodySize the longest body of a request, in bytes
 * @param notFound whether a path that nobody answers is a 404 and not a 503
 * @param methodNotAllowed whether a path that nobody answers with this method, but
 * somebody with another, is a 405
 */
public record GatewayOptions(Duration timeout, int maxBodySize, boolean notFound, boolean methodNotAllowed) {

	public GatewayOptions {
		if (timeout.isNegative() || timeout.isZero()) {
			throw new IllegalArgumentException("The time-out of the gateway is not positive: " + timeout);
		}
		if (maxBodySize < 0) {
			throw new IllegalArgumentException("The longest body is negative: " + maxBodySize);
		}
	}

}
