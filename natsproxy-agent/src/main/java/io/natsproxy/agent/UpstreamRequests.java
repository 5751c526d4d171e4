package io.natsproxy.agent;

import java.util.List;
import java.util.Map;

import io.natsproxy.core.header.FieldValue;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of requests on their way to an upstream.
 *
 * @param methods the methods that are served; HEAD goes with GET
 * @param stripPrefix the path that every pattern begins with and that the upstream does
 * not see, as in {@code "/orders"}; {@code null} for none
 * @param host the value of {@code Host}; {@code null} to leave that of the client
 * @param headers fields that every request gets, in place of what it has under the same
 * name
 */
public record UpstreamRequests(List<String> methods, @Nullable String stripPrefix, @Nullable String host,
		Map<String, String> headers) {

	/**
	 * The methods of RFC 9110 and RFC 5789, but for TRACE, whose response would show what
	 * the agent adds to requests, and CONNECT.
	 */
	public static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

	/**
	 * Requests go as they are.
	 */
	public static final UpstreamRequests DEFAULTS = new UpstreamRequests(METHODS, null, null, Map.of());

	public UpstreamRequests {
		methods = List.copyOf(methods);
		headers = Map.copyOf(headers);
		if (methods.isEmpty()) {
			throw new IllegalArgumentException("An upstream that answers no method serves nothing");
		}
		if (stripPrefix != null && (!stripPrefix.startsWith("/") || stripPrefix.length() == 1
				|| stripPrefix.endsWith("/") || stripPrefix.chars().anyMatch((c) -> "*?{}%;".indexOf(c) >= 0))) {
			throw new IllegalArgumentException("The prefix '" + stripPrefix
					+ "' is not a literal path that begins with a slash and does not end with one");
		}
		requireValid(headers);
		if (host != null && !HostField.isAuthority(host)) {
			throw new IllegalArgumentException("'" + host + "' is not the value of a Host field");
		}
	}

	/**
	 * Checks fields once, rather than with every request.
	 */
	private static void requireValid(Map<String, String> headers) {
		HttpHeaders checked = new DefaultHttpHeaders();
		headers.forEach((name, value) -> {
			if (RequestFields.isOwn(name)) {
				throw new IllegalArgumentException(
						"The field '" + name + "' is not to be added: the agent writes it itself");
			}
			try {
				checked.set(name, FieldValue.toBytes(value));
			}
			catch (IllegalArgumentException ex) {
				// The value may be a secret.
				throw new IllegalArgumentException("The field '" + name + "' is malformed");
			}
		});
	}

}
