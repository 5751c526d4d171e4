package io.natsproxy.core.discovery;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a route beside its methods and its path. What is not known is not
 * told.
 *
 * @param consumes media types of requests; empty if that is not known, or any
 * @param produces media types of responses; empty if that is not known, or any
 * @param streams whether the body of the response comes bit by bit; {@code null} if that
 * is not known
 * @param upgrade whether it is the handshake of a WebSocket
 * @param timeout how long the service takes at the most before the head of a response;
 * {@code null} for as long as the caller waits
 */
public record EndpointTraits(Set<String> consumes, Set<String> produces, @Nullable Boolean streams, boolean upgrade,
		@Nullable Duration timeout) {

	/**
	 * The entry of the metadata of an endpoint with its HTTP method.
	 */
	static final String METHOD = "method";

	/**
	 * The entry with its path pattern.
	 */
	static final String PATH = "path";

	/**
	 * The entry with the time in milliseconds that the service takes at the most.
	 */
	static final String TIMEOUT = "timeout";

	/**
	 * The traits of a route of which nothing more is known.
	 */
	public static final EndpointTraits UNKNOWN = new EndpointTraits(Set.of(), Set.of(), null, false, null);

	/**
	 * The traits of the handshake of a WebSocket.
	 */
	public static final EndpointTraits WEB_SOCKET = new EndpointTraits(Set.of(), Set.of(), null, true, null);

	public EndpointTraits {
		consumes = Set.copyOf(consumes);
		produces = Set.copyOf(produces);
	}

	/**
	 * Returns the traits of a route that takes a time-out from somewhere.
	 * @param timeout how long the service takes at the most
	 * @return traits of which nothing else is known
	 */
	public static EndpointTraits timeout(Duration timeout) {
		return new EndpointTraits(Set.of(), Set.of(), null, false, timeout);
	}

	/**
	 * Returns the traits of both together, where two handlers share methods and path.
	 */
	EndpointTraits and(EndpointTraits other) {
		return new EndpointTraits(both(this.consumes, other.consumes), both(this.produces, other.produces),
				streams(other), this.upgrade, (this.timeout == null || other.timeout == null) ? null
						: (this.timeout.compareTo(other.timeout) > 0) ? this.timeout : other.timeout);
	}

	private @Nullable Boolean streams(EndpointTraits other) {
		if (Boolean.TRUE.equals(this.streams) || Boolean.TRUE.equals(other.streams)) {
			return true;
		}
		return (this.streams != null && other.streams != null) ? Boolean.FALSE : null;
	}

	/**
	 * Media types of both, or any if one of them takes any.
	 */
	private static Set<String> both(Set<String> one, Set<String> other) {
		if (one.isEmpty() || other.isEmpty()) {
			return Set.of();
		}
		Set<String> both = new TreeSet<>(one);
		both.addAll(other);
		return both;
	}

	/**
	 * Returns what is told of an endpoint.
	 */
	Map<String, String> toMetadata(String method, String path) {
		Map<String, String> metadata = new LinkedHashMap<>();
		metadata.put(METHOD, method);
		metadata.put(PATH, path);
		if (!this.consumes.isEmpty()) {
			metadata.put("consumes", String.join(", ", new TreeSet<>(this.consumes)));
		}
		if (!this.produces.isEmpty()) {
			metadata.put("produces", String.join(", ", new TreeSet<>(this.produces)));
		}
		if (this.streams != null) {
			metadata.put("streams", this.streams.toString());
		}
		if (this.upgrade) {
			metadata.put("upgrade", "websocket");
		}
		if (this.timeout != null) {
			metadata.put(TIMEOUT, Long.toString(this.timeout.toMillis()));
		}
		return metadata;
	}

}
