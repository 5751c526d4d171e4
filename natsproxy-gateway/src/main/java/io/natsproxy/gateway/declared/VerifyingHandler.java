package io.natsproxy.gateway.declared;

import java.util.List;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.wire.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;

/**
 * Hands on verified requests only. All others are refused with the same words, so that
 * nobody learns from them how far he has come.
 */
final class VerifyingHandler implements RouteHandler {

	private static final Logger logger = LoggerFactory.getLogger(VerifyingHandler.class);

	private static final HeaderFields HEADERS = (action) -> {
		Problem.HEADERS.forEach(action);
		action.accept(HttpHeaders.WWW_AUTHENTICATE, List.of("Signature"));
	};

	private final RequestVerifier verifier;

	private final RouteHandler handler;

	VerifyingHandler(RequestVerifier verifier, RouteHandler handler) {
		this.verifier = verifier;
		this.handler = handler;
	}

	@Override
	public Mono<NatsReply> handle(RouteRequest request) {
		return request.collectBody(this.verifier.maxSize(), "")
			.map((body) -> verified(request, body))
			.flatMap(this.handler::handle);
	}

	private RouteRequest verified(RouteRequest request, byte[] body) {
		try {
			return request.verified(body, this.verifier.verify(request.fields(), body));
		}
		catch (UnverifiedException ex) {
			logger.debug("Route '{}' refuses a request: {}", request.route(), ex.getMessage());
			throw new RouteProblemException(401, "The request could not be verified", HEADERS);
		}
	}

	@Override
	public boolean countsRequests() {
		return this.handler.countsRequests();
	}

}
