package io.natsproxy.gateway.response;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.natsproxy.webflux.path.PathCondition;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * Removes, sets and adds header fields, in this order.
 */
public final class ConfiguredFields implements FieldRule {

	private final PathCondition path;

	private final List<String> remove;

	private final Map<String, String> set;

	private final Map<String, String> add;

	private final boolean replacesCookies;

	/**
	 * Creates a rule.
	 * @param path the paths of the requests whose responses are changed
	 * @param remove names of fields to remove
	 * @param set fields to set, replacing what is there
	 * @param add fields to add to what is there
	 * @throws IllegalArgumentException if a name or a value could not stand in an HTTP
	 * message, or the field frames the body
	 */
	public ConfiguredFields(PathCondition path, List<String> remove, Map<String, String> set, Map<String, String> add) {
		this.path = path;
		this.remove = List.copyOf(remove);
		this.set = Map.copyOf(set);
		this.add = Map.copyOf(add);
		this.remove.forEach(ConfiguredFields::requireName);
		this.set.forEach(ConfiguredFields::requireField);
		this.add.forEach(ConfiguredFields::requireField);
		this.replacesCookies = Stream.concat(this.remove.stream(), this.set.keySet().stream())
			.anyMatch(HttpHeaders.SET_COOKIE::equalsIgnoreCase);
	}

	private static void requireName(String name) {
		if (name.isEmpty() || HttpHeaderValidationUtil.validateToken(name) >= 0) {
			throw new IllegalArgumentException("Malformed response header '" + name
					+ "': expected the name of an HTTP header, such as X-Frame-Options");
		}
		if (name.equalsIgnoreCase(HttpHeaders.CONTENT_LENGTH) || name.equalsIgnoreCase(HttpHeaders.TRANSFER_ENCODING)) {
			throw new IllegalArgumentException(
					"Response header '" + name + "' cannot be changed: it tells clients where the body ends");
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
	public void apply(ServerHttpRequest request, ServerHttpResponse response) {
		if (!this.path.matches(request.getPath())) {
			return;
		}
		if (this.replacesCookies) {
			// They become fields after this.
			response.getCookies().clear();
		}
		change(response.getHeaders());
	}

	@Override
	public void applyToRefusal(HttpHeaders fields) {
		if (this.path == PathCondition.any()) {
			change(fields);
		}
	}

	private void change(HttpHeaders headers) {
		this.remove.forEach(headers::remove);
		this.set.forEach(headers::set);
		this.add.forEach(headers::add);
	}

}
