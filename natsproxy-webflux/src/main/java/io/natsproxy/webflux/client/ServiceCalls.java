package io.natsproxy.webflux.client;

import java.net.URI;
import java.util.List;
import java.util.concurrent.Executor;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.RequestHead;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.util.StringUtils;

/**
 * The parts of a call that reactive and blocking clients share.
 */
final class ServiceCalls {

	/**
	 * The executor on which replies are delivered.
	 */
	static final Executor EXECUTOR = Schedulers.parallel()::schedule;

	private ServiceCalls() {
	}

	/**
	 * Adds the host of a URI, unless there is one already.
	 */
	static void addHost(URI uri, HttpHeaders headers) {
		if (uri.getHost() != null) {
			String authority = (uri.getPort() >= 0) ? uri.getHost() + ":" + uri.getPort() : uri.getHost();
			headers.putIfAbsent(HttpHeaders.HOST, List.of(authority));
		}
	}

	/**
	 * Makes the head of a request.
	 */
	static RequestHead head(HttpMethod method, URI uri, HttpHeaders headers) {
		URI ascii = URI.create(uri.toASCIIString());
		String path = StringUtils.hasLength(ascii.getRawPath()) ? ascii.getRawPath() : "/";
		String target = (ascii.getRawQuery() != null) ? path + "?" + ascii.getRawQuery() : path;
		return new RequestHead(method.name(), target, null, headers::forEach);
	}

	/**
	 * Makes the error of a NATS micro service an answer, with a status of its own. A
	 * caller, other than the client of a gateway, is told all of it.
	 */
	static Mono<NatsReply> answered(Mono<NatsReply> reply) {
		return reply.onErrorResume(NatsExchangeException.class, (ex) -> (ex.failure() == ExchangeFailure.SERVICE_ERROR)
				? Mono.just(NatsReply.problem(ex.status(), Problem.HEADERS, ex.getMessage())) : Mono.error(ex));
	}

}
