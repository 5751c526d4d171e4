package io.natsproxy.gateway;

import java.util.function.Consumer;

import io.natsproxy.core.wire.Problem;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * Answers what is asked of the HTTP server itself, before the application is: {@code
 * OPTIONS *} (RFC 9110, section 9.3.7), and paths that are not below the base path of the
 * application, of which Spring compares characters and not segments.
 */
public final class OwnResources implements HttpHandler {

	private static final String ALLOW = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

	private static final MediaType PROBLEM = MediaType.parseMediaType(Problem.MEDIA_TYPE);

	private final HttpHandler application;

	private final String basePath;

	private final Consumer<HttpHeaders> fieldRules;

	/**
	 * Creates the handler.
	 * @param application handles all other requests
	 * @param basePath the path of the application without a slash at its end, empty if it
	 * is the root
	 * @param fieldRules changes the fields of what is answered here last
	 */
	public OwnResources(HttpHandler application, String basePath, Consumer<HttpHeaders> fieldRules) {
		this.application = application;
		this.basePath = basePath;
		this.fieldRules = fieldRules;
	}

	@Override
	public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
		if (HttpMethod.OPTIONS.equals(request.getMethod()) && isAboutServer(request)) {
			response.setStatusCode(HttpStatus.NO_CONTENT);
			response.getHeaders().set(HttpHeaders.ALLOW, ALLOW);
			this.fieldRules.accept(response.getHeaders());
			return response.setComplete();
		}
		return isInApplication(request) ? this.application.handle(request, response) : notFound(response);
	}

	private static boolean isAboutServer(ServerHttpRequest request) {
		return request instanceof AbstractServerHttpRequest
				&& ServerHttpRequestDecorator.getNativeRequest(request) instanceof HttpServerRequest server
				&& server.uri().equals("*");
	}

	private boolean isInApplication(ServerHttpRequest request) {
		if (this.basePath.isEmpty()) {
			return true;
		}
		String path = request.getPath().pathWithinApplication().value();
		return path.startsWith(this.basePath)
				&& (path.length() == this.basePath.length() || path.charAt(this.basePath.length()) == '/');
	}

	private Mono<Void> notFound(ServerHttpResponse response) {
		byte[] body = Problem.of(404, "Nothing of this application has this path").toJson();
		response.setStatusCode(HttpStatus.NOT_FOUND);
		response.getHeaders().setContentType(PROBLEM);
		response.getHeaders().setContentLength(body.length);
		this.fieldRules.accept(response.getHeaders());
		// HEAD writes nothing, and is not committed by that.
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)))
			.then(Mono.defer(response::setComplete));
	}

}
