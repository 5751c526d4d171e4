package io.natsproxy.gateway.hook;

import java.util.List;

import io.natsproxy.webflux.path.PathCondition;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Mono;

import org.springframework.http.server.RequestPath;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Runs the hooks that apply to a request, one after the other.
 */
public final class ResponseHooks {

	private static final Log logger = LogFactory.getLog(ResponseHooks.class);

	private final List<ConditionalHook> hooks;

	/**
	 * Creates the chain.
	 * @param hooks the hooks in order
	 */
	public ResponseHooks(List<ResponseHook> hooks) {
		this.hooks = hooks.stream().map((hook) -> new ConditionalHook(hook, hook.path())).toList();
	}

	/**
	 * Returns whether there is nothing to run.
	 * @return whether there are no hooks at all
	 */
	public boolean isEmpty() {
		return this.hooks.isEmpty();
	}

	/**
	 * Runs the hooks.
	 * @param request the request
	 * @param response the response, changed in place
	 * @return completes when all have run, or with the error of the first that failed
	 */
	public Mono<Void> apply(ServerHttpRequest request, GatewayResponse response) {
		if (this.hooks.isEmpty()) {
			return Mono.empty();
		}
		RequestPath path = request.getPath();
		Mono<Void> all = Mono.empty();
		for (ConditionalHook conditional : this.hooks) {
			if (conditional.path().matches(path)) {
				all = all.then(Mono.defer(() -> conditional.hook().apply(request, response)));
			}
		}
		return all.doOnError((ex) -> logger
			.error("A response hook failed for " + request.getMethod() + " " + request.getURI().getRawPath(), ex));
	}

	private record ConditionalHook(ResponseHook hook, PathCondition path) {
	}

}
