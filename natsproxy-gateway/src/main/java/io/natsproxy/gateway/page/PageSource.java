package io.natsproxy.gateway.page;

import java.util.Map;
import java.util.function.Supplier;

import io.natsproxy.core.discovery.StatisticsPoll;
import io.natsproxy.gateway.traffic.TrafficWatch;
import org.jspecify.annotations.Nullable;

/**
 * The places from which the page has what it shows.
 *
 * @param traffic the requests of the gateway
 * @param content what the management endpoint {@code natsproxy} tells
 * @param statistics begins to ask services for their statistics; to be closed. It makes
 * {@code null} where there is no discovery
 */
public record PageSource(TrafficWatch traffic, Supplier<Map<String, Object>> content,
		Supplier<@Nullable StatisticsPoll> statistics) {

}
