package io.natsproxy.gateway.cors;

import java.util.List;

import io.natsproxy.gateway.hook.GatewayResponse;
import io.natsproxy.gateway.hook.ResponseHook;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Removes what services say about CORS, where the gateway has its own say: two answers in
 * one response would be taken for none, or for more than either of them allows.
 */
public final class CorsFieldRemoval implements ResponseHook {

	private static final String PREFIX = "Access-Control-";

	@Override
	public Mono<Void> apply(ServerHttpRequest request, GatewayResponse response) {
		HttpHeaders headers = response.getHeaders();
		List<String> names = headers.headerNames()
			.stream()
			.filter((name) -> name.regionMatches(true, 0, PREFIX, 0, PREFIX.length()))
			.toList();
		names.forEach(headers::remove);
		return Mono.empty();
	}

}
