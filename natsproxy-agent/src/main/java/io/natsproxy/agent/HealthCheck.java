package io.natsproxy.agent;

import java.time.Duration;

/**
 * How the health of an upstream is checked: by GET, which a status below 400 answers. An
 * upstream that is down is not served until it is up again.
 *
 * @param target path and query of the request; neither stripped nor put behind the path
 * of the upstream's URL
 * @param interval time between two checks
 * @param timeout how long a check may take
 * @param failures how many checks in a row have to fail before an upstream counts as down
 */
public record HealthCheck(String target, Duration interval, Duration timeout, int failures) {

	public HealthCheck {
		if (!target.startsWith("/") || target.chars().anyMatch((c) -> c <= ' ' || c >= 0x7F || c == '#')) {
			throw new IllegalArgumentException("The health check '" + target + "' is not a path");
		}
		if (interval.isNegative() || interval.isZero() || timeout.isNegative() || timeout.isZero() || failures < 1) {
			throw new IllegalArgumentException("Interval, time-out and failures of a health check must be positive");
		}
	}

}
