package io.natsproxy.gateway.hook;

import io.natsproxy.webflux.path.PathCondition;
import reactor.core.publisher.Mono;

import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Changes responses of the gateway before they are written: those of services, and the
 * problems that the gateway reports itself. All hooks whose path condition is met run, in
 * their order ({@code @Order}, {@code Ordered}), each on what the one before it has left.
 * If one fails, the client gets a problem with status 500 and nothing of the response.
 *
 * <pre class="code">
 * &#64;Bean
 * ResponseHook session(Sessions sessions) {
 *     return ResponseHook.of(PathCondition.regex("/login.*"), (request, response) -&gt; sessions.open(request)
 *         .doOnNext((id) -&gt; response.getHeaders().add("X-Session", id))
 *         .then());
 * }</pre>
 */
@FunctionalInterface
public interface ResponseHook {

	/**
	 * Changes a response. Must not block.
	 * @param request the request; its body has been consumed
	 * @param response the response as it stands
	 * @return completes when the response may go on; an error ends it
	 */
	Mono<Void> apply(ServerHttpRequest request, GatewayResponse response);

	/**
	 * Returns the paths for which this hook runs: all of them by default.
	 * @return the condition
	 */
	default PathCondition path() {
		return PathCondition.any();
	}

	/**
	 * Returns a hook for some paths.
	 * @param path the condition
	 * @param hook the hook
	 * @return a hook that runs for the paths that meet the condition
	 */
	static ResponseHook of(PathCondition path, ResponseHook hook) {
		return new ResponseHook() {

			@Override
			public Mono<Void> apply(ServerHttpRequest request, GatewayResponse response) {
				return hook.apply(request, response);
			}

			@Override
			public PathCondition path() {
				return path;
			}

		};
	}

}
