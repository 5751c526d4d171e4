package io.natsproxy.webflux.client;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executor;

import io.natsproxy.core.exchange.caller.NatsCaller;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;

/**
 * Lets a {@code RestClient} call services over NATS. Scheme, user info and port of the
 * URI do not matter; its host becomes the {@code Host} header. The calling thread, which
 * may be a virtual one, waits for the head of the response, and reads its body as it
 * comes; an interrupt ends the call. Long bodies of requests are written on another
 * thread, at the pace of the service.
 *
 * <p>
 * Calls fail with a {@link java.net.ConnectException} where nobody answers the path or
 * there is no connection to NATS, with a {@link java.net.SocketTimeoutException} where no
 * answer comes in time, and else with an {@link java.io.IOException}, each of which has
 * the {@link io.natsproxy.core.exchange.NatsExchangeException} as its cause.
 */
public final class NatsClientHttpRequestFactory implements ClientHttpRequestFactory {

	private final NatsCaller caller;

	private final Duration timeout;

	private final Executor executor;

	/**
	 * Creates a factory that writes long bodies on the threads of Reactor that may block.
	 * @param caller sends the requests; not closed by this object
	 * @param timeout how long it may take until the request is sent and the head of the
	 * response has come
	 */
	public NatsClientHttpRequestFactory(NatsCaller caller, Duration timeout) {
		this(caller, timeout, Schedulers.boundedElastic()::schedule);
	}

	/**
	 * Creates a factory.
	 * @param caller sends the requests; not closed by this object
	 * @param timeout how long it may take until the request is sent and the head of the
	 * response has come
	 * @param executor where long bodies are written, which blocks; none of its threads
	 * may be one that waits for a response
	 */
	public NatsClientHttpRequestFactory(NatsCaller caller, Duration timeout, Executor executor) {
		this.caller = caller;
		this.timeout = timeout;
		this.executor = executor;
	}

	@Override
	public ClientHttpRequest createRequest(URI uri, HttpMethod method) {
		return new BlockingNatsRequest(this.caller, this.timeout, this.executor, method, uri);
	}

}
