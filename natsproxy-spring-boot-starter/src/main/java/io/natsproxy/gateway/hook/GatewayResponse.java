package io.natsproxy.gateway.hook;

import io.natsproxy.core.exchange.NatsReply;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;

/**
 * A response on its way to the HTTP client, which hooks may change. Nothing of it has
 * been written. Used by one thread at a time.
 */
public final class GatewayResponse {

	private HttpStatusCode status;

	private final HttpHeaders headers = new HttpHeaders();

	private byte[] body;

	/**
	 * Creates the response of a reply.
	 * @param reply the reply of a service, or a problem
	 */
	public GatewayResponse(NatsReply reply) {
		this.status = HttpStatusCode.valueOf(reply.head().status());
		reply.head().headers().forEach(this.headers::addAll);
		this.body = reply.body();
	}

	/**
	 * Returns the status.
	 * @return the status
	 */
	public HttpStatusCode getStatus() {
		return this.status;
	}

	/**
	 * Changes the status.
	 * @param status the new status
	 * @throws IllegalArgumentException if it is not the status of a final response
	 */
	public void setStatus(HttpStatusCode status) {
		if (status.value() < 200 || status.value() > 599) {
			throw new IllegalArgumentException("Status " + status.value() + " is not from 200 to 599");
		}
		this.status = status;
	}

	/**
	 * Returns the header fields. {@code Content-Length} and the fields of the connection
	 * are the gateway's own.
	 * @return the fields, to be changed in place
	 */
	public HttpHeaders getHeaders() {
		return this.headers;
	}

	/**
	 * Reads the body as it stands. Content codings are not undone.
	 * @return the whole body, empty where there is none; not to be changed in place
	 */
	public Mono<byte[]> readBody() {
		return Mono.fromSupplier(() -> this.body);
	}

	/**
	 * Replaces the body. Other fields that describe it ({@code Content-Type},
	 * {@code Content-Encoding}, {@code ETag}) are for the hook to change.
	 * @param body the new body, which must not be changed afterwards
	 */
	public void setBody(byte[] body) {
		this.body = body;
	}

}
