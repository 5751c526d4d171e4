package io.natsproxy.webflux.server;

import java.util.List;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * Hides forwarded headers from a chain that has a {@code ForwardedHeaderTransformer} for
 * HTTP. They have been read already; the transformer would rebuild the path, which would
 * not be the one that was routed and allowed any more, and remove them.
 */
public final class ReadForwardedHeaders implements HttpHandler {

	private static final List<String> NAMES = List.of("Forwarded", "X-Forwarded-Proto", "X-Forwarded-Ssl",
			"X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-For", "X-Forwarded-Prefix");

	private final HttpHandler delegate;

	/**
	 * Creates a handler.
	 * @param delegate the chain
	 */
	public ReadForwardedHeaders(HttpHandler delegate) {
		this.delegate = delegate;
	}

	@Override
	public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
		return this.delegate.handle(new Request(request), response);
	}

	/**
	 * A request without the headers.
	 */
	private static final class Request extends ServerHttpRequestDecorator {

		private @Nullable HttpHeaders headers;

		Request(ServerHttpRequest delegate) {
			super(delegate);
		}

		@Override
		public HttpHeaders getHeaders() {
			HttpHeaders headers = this.headers;
			if (headers == null) {
				HttpHeaders copy = HttpHeaders.copyOf(super.getHeaders());
				NAMES.forEach(copy::remove);
				headers = HttpHeaders.readOnlyHttpHeaders(copy);
				this.headers = headers;
			}
			return headers;
		}

	}

}
