package io.natsproxy.gateway.observation;

import java.util.function.Function;
import java.util.function.ToIntFunction;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.gateway.route.KnownRoute;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Observes exchanges as {@code nats.client.requests}, each within the observation of the
 * request that the gateway serves, until the head of the response has come. Where there
 * is tracing, the span of the service becomes its child.
 */
public final class MicrometerExchangeObserver implements ExchangeObserver {

	private static final ExchangeObservationConvention CONVENTION = new ExchangeObservationConvention();

	private final ObservationRegistry registry;

	/**
	 * Creates an observer.
	 * @param registry takes the observations
	 */
	public MicrometerExchangeObserver(ObservationRegistry registry) {
		this.registry = registry;
	}

	@Override
	public <T> Mono<T> observe(RequestHead head, @Nullable KnownRoute route, Function<RequestHead, Mono<T>> exchange,
			ToIntFunction<T> status) {
		return Mono.deferContextual((context) -> {
			ExchangeObservationContext observed = new ExchangeObservationContext(head, route);
			Observation observation = Observation.createNotStarted(null, CONVENTION, () -> observed, this.registry);
			Observation parent = context.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
			observation.parentObservation(parent).start();
			return Mono.defer(() -> exchange.apply(observed.head()))
				.doOnNext((reply) -> observed.setResponse(status.applyAsInt(reply)))
				.doOnError(observation::error)
				.doOnCancel(observed::cancelled)
				.doFinally((signal) -> observation.stop());
		});
	}

}
