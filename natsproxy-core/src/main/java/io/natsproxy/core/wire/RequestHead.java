package io.natsproxy.core.wire;

import java.time.Duration;

import io.natsproxy.core.header.HeaderFields;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request.
 *
 * @param method the HTTP method
 * @param target the raw path and query, beginning with a slash
 * @param timeout how long the caller is going to wait for the reply; {@code null} when it
 * did not say
 * @param headers the end-to-end header fields
 * @param socket the gateway's end of a WebSocket whose handshake this is; {@code null}
 * for any other request
 */
public record RequestHead(String method, String target, @Nullable Duration timeout, HeaderFields headers,
		@Nullable WebSocketEnd socket) {

	/**
	 * Creates the head of a request that is no handshake.
	 * @param method the HTTP method
	 * @param target the raw path and query, beginning with a slash
	 * @param timeout how long the caller is going to wait for the reply
	 * @param headers the end-to-end header fields
	 */
	public RequestHead(String method, String target, @Nullable Duration timeout, HeaderFields headers) {
		this(method, target, timeout, headers, null);
	}

	/**
	 * Returns the raw path without the query.
	 * @return the path as it stands in the target
	 */
	public String path() {
		int query = this.target.indexOf('?');
		return (query >= 0) ? this.target.substring(0, query) : this.target;
	}

}
