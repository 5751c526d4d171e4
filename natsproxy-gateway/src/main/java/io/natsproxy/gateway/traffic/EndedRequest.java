package io.natsproxy.gateway.traffic;

import org.jspecify.annotations.Nullable;

/**
 * A request that has ended. Path and trace are texts of clients, of bounded length.
 *
 * @param number counts the requests that are shown, from 1
 * @param at when it ended, in milliseconds since 1970
 * @param method the HTTP method
 * @param path the path of its target, without a query
 * @param route its route
 * @param status the HTTP status, 0 if there was no response
 * @param outcome {@code ok}, {@code aborted} where the response broke off, {@code gone}
 * where the client has gone
 * @param micros the time until the head of the response, or until the end if there was
 * none, in microseconds
 * @param totalMicros the time until the end
 * @param trace the id of its trace, or {@code null}
 */
public record EndedRequest(long number, long at, String method, String path, RouteKey route, int status, String outcome,
		long micros, long totalMicros, @Nullable String trace) {

}
