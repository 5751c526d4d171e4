package io.natsproxy.gateway.traffic;

import org.jspecify.annotations.Nullable;

/**
 * The requests of one route, or of several together, since somebody has begun to look.
 *
 * @param <K> the type of the key
 * @param key stands for the routes
 * @param requests the number of requests that have been answered
 * @param errors those of them whose status was 500 or more, or whose response broke off
 * @param rate requests per second, over the last ten seconds
 * @param p50 the median of the time until the head of the response, over the last minute,
 * in microseconds; -1 where there were none
 * @param p99 the percentile 99 of it
 * @param lastError the status of the last error, {@code null} if there was none
 */
public record TrafficSum<K>(K key, long requests, long errors, double rate, long p50, long p99,
		@Nullable Integer lastError) {

}
