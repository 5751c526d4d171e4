package io.natsproxy.webflux.server;

import java.net.URI;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.http.HttpEntity;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.ErrorResponse;
import org.springframework.web.reactive.DispatchExceptionHandler;
import org.springframework.web.reactive.HandlerResult;

/**
 * The {@code instance} of problems (RFC 9457, section 3.1.5): the path of the request as
 * a reference that leads to it.
 */
final class ProblemInstance {

	private static final String SLASHES = "//";

	private ProblemInstance() {
	}

	/**
	 * Returns the instance of the problems of a request. A path that begins with two
	 * slashes would be read as an authority, and gets a segment before it that stands for
	 * nothing (RFC 3986, section 4.2; URL Standard, URL serializing).
	 */
	static URI of(ServerHttpRequest request) {
		String path = request.getURI().getRawPath();
		return URI.create(path.startsWith(SLASHES) ? "/." + path : path);
	}

	/**
	 * Says of a problem that a handler returns which instance it is, where Spring would
	 * fail to: at paths that begin with two slashes.
	 * @param result what the handler has returned, or what is there to come of it
	 * @return the result, whose problem says so
	 */
	static HandlerResult completed(HandlerResult result, ServerHttpRequest request) {
		Object value = result.getReturnValue();
		if (value == null || !request.getURI().getRawPath().startsWith(SLASHES)) {
			return result;
		}
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(null, value);
		if (adapter == null) {
			complete(value, request);
			return result;
		}
		if (adapter.isMultiValue()) {
			return result;
		}
		Object completed = adapter
			.fromPublisher(Mono.from(adapter.toPublisher(value)).doOnNext((each) -> complete(each, request)));
		HandlerResult later = new HandlerResult(result.getHandler(), completed, result.getReturnTypeSource(),
				result.getBindingContext());
		DispatchExceptionHandler exceptionHandler = result.getExceptionHandler();
		return (exceptionHandler != null) ? later.setExceptionHandler(exceptionHandler) : later;
	}

	private static void complete(Object value, ServerHttpRequest request) {
		Object body = (value instanceof HttpEntity<?> entity) ? entity.getBody() : value;
		ProblemDetail problem = problem(body);
		if (problem != null && problem.getInstance() == null) {
			problem.setInstance(of(request));
		}
	}

	private static @Nullable ProblemDetail problem(@Nullable Object body) {
		if (body instanceof ErrorResponse response) {
			return response.getBody();
		}
		return (body instanceof ProblemDetail problem) ? problem : null;
	}

}
