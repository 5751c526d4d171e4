package io.natsproxy.webflux.client;

import java.net.URI;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;

/**
 * A service has answered the handshake of a WebSocket with another status than 101.
 */
public final class HandshakeRefusedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final HttpStatusCode statusCode;

	private final transient HttpHeaders headers;

	HandshakeRefusedException(URI uri, HttpStatusCode statusCode, HttpHeaders headers) {
		super("The service has refused the WebSocket " + uri + " with status " + statusCode.value());
		this.statusCode = statusCode;
		this.headers = headers;
	}

	/**
	 * Returns the status of the response.
	 * @return the status
	 */
	public HttpStatusCode getStatusCode() {
		return this.statusCode;
	}

	/**
	 * Returns the header fields of the response.
	 * @return the fields
	 */
	public HttpHeaders getHeaders() {
		return this.headers;
	}

}
