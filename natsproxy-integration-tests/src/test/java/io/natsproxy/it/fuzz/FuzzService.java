package io.natsproxy.it.fuzz;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.RequestBody;

/**
 * Answers with the marker of a request, and remembers the body that it had.
 */
@NatsController
public class FuzzService {

	static final String MARKER = "X-Marker";

	private static final byte[] NOTHING = {};

	private final Map<String, Integer> bodies = new ConcurrentHashMap<>();

	@NatsGet("/fuzz/{*path}")
	String get(ServerHttpRequest request) {
		return remember(request, NOTHING);
	}

	@NatsPost("/fuzz/{*path}")
	String post(@RequestBody(required = false) byte[] body, ServerHttpRequest request) {
		return remember(request, (body != null) ? body : NOTHING);
	}

	private String remember(ServerHttpRequest request, byte[] body) {
		String marker = String.valueOf(request.getHeaders().getFirst(MARKER));
		this.bodies.put(marker, Arrays.hashCode(body));
		return "marker=" + marker;
	}

	/**
	 * Returns the hash of the body with which a request was handled.
	 * @return the hash, or {@code null} if none with this marker was
	 */
	Integer body(String marker) {
		return this.bodies.get(marker);
	}

}
