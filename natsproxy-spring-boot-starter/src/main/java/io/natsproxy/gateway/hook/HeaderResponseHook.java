package io.natsproxy.gateway.hook;

import java.util.List;
import java.util.Map;

import io.natsproxy.webflux.path.PathCondition;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
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
	 * @throws IllegalArgumentException if a name or a value could not stand in an HTTP
	 * message
	 */
	public HeaderResponseHook(PathCondition path, List<String> remove, Map<String, String> set,
			Map<String, String> add) {
		this.path = path;
		this.remove = List.copyOf(remove);
		this.set = Map.copyOf(set);
		this.add = Map.copyOf(add);
		this.remove.forEach(HeaderResponseHook::requireName);
		this.set.forEach(HeaderResponseHook::requireField);
		this.add.forEach(HeaderResponseHook::requireField);
	}

	private static void requireName(String name) {
		if (name.isEmpty() || HttpHeaderValidationUtil.validateToken(name) >= 0) {
			throw new IllegalArgumentException("Malformed response header '" + name
					+ "': expected the name of an HTTP header, such as X-Frame-Options");
		}
	}

	private static void requireField(String name, String value) {
		requireName(name);
		if (HttpHeaderValidationUtil.validateValidHeaderValue(value) >= 0) {
			throw new IllegalArgumentException(
					"Malformed value of response header '" + name + "': expected text without control characters");
		}
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
