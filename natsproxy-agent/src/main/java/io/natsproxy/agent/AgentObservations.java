package io.natsproxy.agent;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Observes the requests that an agent passes on, as {@value #RECEIVED} from when they
 * come until all of the response has been sent, and where there is tracing as
 * {@value #SENT}, too, as which they go on: the span of the upstream becomes its child.
 * Immutable.
 */
public final class AgentObservations {

	/**
	 * Name of the observations of requests that have come.
	 */
	public static final String RECEIVED = "natsproxy.agent.requests";

	/**
	 * Name of the observations of requests that are sent to upstreams.
	 */
	public static final String SENT = "natsproxy.agent.upstream.requests";

	/**
	 * Observes nothing.
	 */
	public static final AgentObservations NONE = new AgentObservations(ObservationRegistry.NOOP, false);

	private static final RequestConvention<ReceivedRequestContext> RECEIVED_CONVENTION = new RequestConvention<>(
			RECEIVED, "nats", ReceivedRequestContext.class, ReceivedRequestContext::request);

	private static final RequestConvention<SentRequestContext> SENT_CONVENTION = new RequestConvention<>(SENT, "http",
			SentRequestContext.class, SentRequestContext::request);

	private final ObservationRegistry registry;

	private final boolean traced;

	/**
	 * Creates observations.
	 * @param registry takes them
	 * @param traced whether there is tracing
	 */
	public AgentObservations(ObservationRegistry registry, boolean traced) {
		this.registry = registry;
		this.traced = traced;
	}

	/**
	 * Begins to observe a request, of which the exchange then tells how it has ended.
	 * @param upstream the name of the upstream
	 */
	RequestObservation start(String upstream, IncomingExchange exchange) {
		if (this.registry.isNoop()) {
			return RequestObservation.NONE;
		}
		ObservedRequest request = new ObservedRequest(upstream, exchange.head());
		Observation received = Observation.createNotStarted(null, RECEIVED_CONVENTION,
				() -> new ReceivedRequestContext(request), this.registry);
		StartedObservation observation = new StartedObservation(this, request, received.start());
		exchange.onEnd(observation::answered);
		return observation;
	}

	/**
	 * Begins to observe the same request on its way to the upstream.
	 * @param fields the fields of the request, to which those of the trace are added
	 * @return the observation, or {@code null} where there is no tracing
	 */
	@Nullable Observation startSent(ObservedRequest request, HttpHeaders fields, Observation received) {
		if (!this.traced) {
			return null;
		}
		return Observation
			.createNotStarted(null, SENT_CONVENTION, () -> new SentRequestContext(request, fields), this.registry)
			.parentObservation(received)
			.start();
	}

}
