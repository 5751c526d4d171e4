package io.natsproxy.gateway;

import io.natsproxy.gateway.observation.ExchangeObserver;

/**
 * The places in which a gateway tells of its requests: metrics, observations, log.
 *
 * @param refusals counts what it refuses
 * @param observer observes its exchanges with services
 * @param log has a line for each request
 */
public record GatewayTelemetry(RefusalRecorder refusals, ExchangeObserver observer, RequestLog log) {

}
