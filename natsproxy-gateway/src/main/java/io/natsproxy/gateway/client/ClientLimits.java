package io.natsproxy.gateway.client;

import java.time.Duration;

/**
 * Time-outs and limits of the connections of HTTP clients. Zero stands for no limit, and
 * where a rest is drained for none of it.
 *
 * @param headTimeout how long the head of a request may take, of the first from when the
 * connection is there
 * @param idleTimeout how long a connection may wait for the next request
 * @param minRequestRate how many bytes per second of its body a client sends at least
 * while it is read
 * @param minResponseRate how many bytes per second of what waits for it a client takes at
 * least
 * @param gracePeriod over which rates are measured
 * @param maxFields how many fields a head may have
 * @param drainTimeout how long the rest of a body is read that has been answered
 * @param drainSize how many bytes of such a rest are read before the connection is closed
 * @param halfClosedTimeout for how long nothing may move to a client that has ended its
 * sending side without having announced it
 */
public record ClientLimits(Duration headTimeout, Duration idleTimeout, long minRequestRate, long minResponseRate,
		Duration gracePeriod, int maxFields, Duration drainTimeout, long drainSize, Duration halfClosedTimeout) {

	public ClientLimits {
		requireNotNegative(headTimeout.isNegative() || idleTimeout.isNegative() || drainTimeout.isNegative()
				|| halfClosedTimeout.isNegative());
		requireNotNegative(minRequestRate < 0 || minResponseRate < 0 || maxFields < 0 || drainSize < 0);
		if (gracePeriod.isNegative() || gracePeriod.isZero()) {
			throw new IllegalArgumentException("The grace period of rates is not positive: " + gracePeriod);
		}
	}

	private static void requireNotNegative(boolean negative) {
		if (negative) {
			throw new IllegalArgumentException("Time-outs and limits of connections must not be negative");
		}
	}

}
