package io.natsproxy.boot.test.stub;

import java.nio.charset.StandardCharsets;

import org.springframework.http.HttpHeaders;

/**
 * A request that a stub has received.
 *
 * @param method the HTTP method
 * @param target the raw path and query
 * @param headers the header fields
 * @param body the whole body
 */
public record ReceivedRequest(String method, String target, HttpHeaders headers, byte[] body) {

	/**
	 * Returns the body as text.
	 * @return the body, which is UTF-8
	 */
	public String text() {
		return new String(this.body, StandardCharsets.UTF_8);
	}

	@Override
	public String toString() {
		return this.method + " " + this.target;
	}

}
