package io.natsproxy.webflux.client;

import java.net.URI;
import java.time.Duration;
import java.util.function.Function;

import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.caller.NatsCaller;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpResponse;

/**
 * Lets a {@code WebClient} call services over NATS. Scheme, user info and port of the URI
 * do not matter; its host becomes the {@code Host} header. Nobody to answer, no answer in
 * time and the like are errors of type {@link NatsExchangeException}, which a
 * {@code WebClient} wraps in a {@code WebClientRequestException}, and which tells them
 * apart ({@link NatsExchangeException#failure()}, {@link NatsExchangeException#in}).
 */
public final class NatsClientHttpConnector implements ClientHttpConnector {

	private final NatsCaller caller;

	private final Duration timeout;

	/**
	 * Creates a connector.
	 * @param caller sends the requests; not closed by this object
	 * @param timeout how long it may take until the request is sent and the head of the
	 * response has come
	 */
	public NatsClientHttpConnector(NatsCaller caller, Duration timeout) {
		this.caller = caller;
		this.timeout = timeout;
	}

	@Override
	public Mono<ClientHttpResponse> connect(HttpMethod method, URI uri,
			Function<? super ClientHttpRequest, Mono<Void>> requestCallback) {
		return Mono.defer(() -> {
			NatsClientHttpRequest request = new NatsClientHttpRequest(method, uri);
			return requestCallback.apply(request)
				.then(ServiceCalls.answered(Mono.defer(() -> this.caller.exchange(request.head(), request.body(),
						this.timeout, ServiceCalls.EXECUTOR))))
				.map(NatsClientHttpResponse::new);
		});
	}

}
