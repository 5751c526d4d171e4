package io.natsproxy.gateway.hook;

import java.io.ByteArrayOutputStream;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.gateway.headers.FieldList;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;

/**
 * A response on its way to the HTTP client, which hooks may change. Nothing of it has
 * been written. Used by one thread at a time.
 */
public final class GatewayResponse {

	/**
	 * Longest body that a hook reads, in bytes.
	 */
	public static final int MAX_READ = 1024 * 1024;

	private HttpStatusCode status;

	private final FieldList fields;

	private @Nullable HttpHeaders headers;

	private byte[] body;

	private @Nullable BodyStream stream;

	/**
	 * Creates the response of a reply.
	 * @param reply the reply of a service, or a problem
	 */
	public GatewayResponse(NatsReply reply) {
		this.status = HttpStatusCode.valueOf(reply.head().status());
		this.fields = FieldList.of(reply.head().headers());
		this.body = reply.body();
		this.stream = reply.stream();
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
		HttpHeaders headers = this.headers;
		if (headers == null) {
			headers = new HttpHeaders();
			this.fields.forEach(headers::addAll);
			this.headers = headers;
		}
		return headers;
	}

	/**
	 * Returns the header fields as they stand, for reading: no map is made of them unless
	 * a hook has asked for {@link #getHeaders() one}.
	 * @return the fields, each name once
	 */
	public HeaderFields fields() {
		HttpHeaders headers = this.headers;
		return (headers != null) ? headers::forEach : this.fields;
	}

	/**
	 * Reads the body as it stands. Content codings are not undone. A body that is
	 * streamed is collected, and no longer streamed.
	 * @return the whole body, empty where there is none, not to be changed in place; an
	 * {@link IllegalStateException} if it is longer than {@value #MAX_READ} bytes
	 */
	public Mono<byte[]> readBody() {
		if (this.stream == null) {
			return Mono.fromSupplier(() -> this.body);
		}
		return Mono.defer(() -> {
			BodyStream stream = this.stream;
			return (stream != null) ? collect(stream).doOnNext(this::collected) : Mono.just(this.body);
		});
	}

	private static Mono<byte[]> collect(BodyStream stream) {
		return stream.consumedFrames().collect(ByteArrayOutputStream::new, (collected, frame) -> {
			if (collected.size() + frame.length > MAX_READ) {
				throw new IllegalStateException("The body is longer than " + MAX_READ + " bytes");
			}
			collected.writeBytes(frame);
		}).map(ByteArrayOutputStream::toByteArray);
	}

	private void collected(byte[] body) {
		this.stream = null;
		this.body = body;
	}

	/**
	 * Replaces the body. Other fields that describe it ({@code Content-Type},
	 * {@code Content-Encoding}, {@code ETag}) are for the hook to change.
	 * @param body the new body, which must not be changed afterwards
	 */
	public void setBody(byte[] body) {
		discard();
		collected(body);
	}

	/**
	 * Returns the body when it is streamed.
	 * @return the stream, to be subscribed to or discarded; {@code null} when the body is
	 * in memory
	 */
	public @Nullable BodyStream getStream() {
		return this.stream;
	}

	/**
	 * Lets go of a streamed body that is not going to be read.
	 */
	public void discard() {
		BodyStream stream = this.stream;
		if (stream != null) {
			stream.discard();
		}
	}

}
