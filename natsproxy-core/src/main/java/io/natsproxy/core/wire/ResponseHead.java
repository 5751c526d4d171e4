package io.natsproxy.core.wire;

import io.natsproxy.core.header.HeaderFields;
import org.jspecify.annotations.Nullable;

/**
 * The head of a response.
 *
 * @param status the HTTP status, from 200 to 599, or 101 where a WebSocket is accepted
 * @param headers the end-to-end header fields
 * @param socket the service's end of the WebSocket that is accepted; {@code null} for any
 * other response
 */
public record ResponseHead(int status, HeaderFields headers, @Nullable WebSocketEnd socket) {

	/**
	 * Creates the head of a response that accepts no WebSocket.
	 * @param status the HTTP status, from 200 to 599
	 * @param headers the end-to-end header fields
	 */
	public ResponseHead(int status, HeaderFields headers) {
		this(status, headers, null);
	}

}
