package io.natsproxy.gateway.traffic;

import org.jspecify.annotations.Nullable;

/**
 * The end of a request, as it is recorded.
 *
 * @param method the HTTP method
 * @param path the path, fit to be shown
 * @param route the route
 * @param status the HTTP status, 0 if there was no response
 * @param outcome one of the constants
 * @param headNanos the time until the head of the response, in nanoseconds
 * @param nanos the time until the end
 * @param trace the id of the trace, or {@code null}
 */
record RequestEnd(String method, String path, RouteKey route, int status, String outcome, long headNanos, long nanos,
		@Nullable String trace) {

	static final String OK = "ok";

	static final String ABORTED = "aborted";

	static final String GONE = "gone";

}
