package io.natsproxy.gateway.observation;

import java.util.function.Function;
import java.util.function.ToIntFunction;

import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.gateway.route.KnownRoute;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Observes the exchanges of a gateway with services. May be called by many threads at
 * once.
 */
public interface ExchangeObserver {

	/**
	 * Observes nothing.
	 */
	ExchangeObserver NONE = new ExchangeObserver() {

		@Override
		public <T> Mono<T> observe(RequestHead head, @Nullable KnownRoute route,
				Function<RequestHead, Mono<T>> exchange, ToIntFunction<T> status) {
			return exchange.apply(head);
		}

	};

	/**
	 * Observes an exchange.
	 * @param <T> what the exchange ends with
	 * @param head the head of the request
	 * @param route its route; {@code null} if it is not known
	 * @param exchange makes the exchange; its head may have header fields that tell the
	 * service to which trace it belongs
	 * @param status tells the HTTP status of what the exchange ends with
	 * @return the exchange
	 */
	<T> Mono<T> observe(RequestHead head, @Nullable KnownRoute route, Function<RequestHead, Mono<T>> exchange,
			ToIntFunction<T> status);

}
