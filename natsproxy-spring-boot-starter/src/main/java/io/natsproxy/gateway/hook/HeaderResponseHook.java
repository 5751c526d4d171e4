package io.natsproxy.gateway.hook;

import java.util.List;
import java.util.Map;

import io.natsproxy.webflux.path.PathCondition;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Removes, sets and adds header fields, in this order.
 */
public final class HeaderResponseHook implements ResponseHook {

	private final PathCondition path;

	private final List<String> remove;

	private final Map<String, String> set;

	private final Map<String, String> add;

	/**
	 * Creates a hook.
	 * @param path the paths for which it runs
	 * @param remove names of fields to remove
	 * @param set fields to set, replacing what is there
	 * @param add fields to add to what is there
	 */
	public HeaderResponseHook(PathCondition path, List<String> remove, Map<String, String> set,
			Map<String, String> add) {
		this.path = path;
		this.remove = List.copyOf(remove);
		this.set = Map.copyOf(set);
		this.add = Map.copyOf(add);
	}

	@Override
	public Mono<Void> apply(ServerHttpRequest request, GatewayResponse response) {
		HttpHeaders headers = response.getHeaders();
		this.remove.forEach(headers::remove);
		this.set.forEach(headers::set);
		this.add.forEach(headers::add);
		return Mono.empty();
	}

	@Override
	public PathCondition path() {
		return this.path;
	}

}
