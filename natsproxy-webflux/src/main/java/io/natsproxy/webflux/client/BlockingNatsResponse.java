package io.natsproxy.webflux.client;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.stream.BodyStream;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;

/**
 * A response whose body is read by the calling thread. To be closed, which ends the
 * exchange if the body has not been read to its end.
 */
final class BlockingNatsResponse implements ClientHttpResponse {

	private final HttpStatusCode status;

	private final HttpHeaders headers = new HttpHeaders();

	private final InputStream body;

	BlockingNatsResponse(NatsReply reply) {
		this.status = HttpStatusCode.valueOf(reply.head().status());
		reply.head().headers().forEach(this.headers::addAll);
		BodyStream stream = reply.stream();
		this.body = (stream != null) ? new ReadBody(stream) : new ByteArrayInputStream(reply.body());
	}

	@Override
	public HttpStatusCode getStatusCode() {
		return this.status;
	}

	@Override
	public String getStatusText() {
		HttpStatus known = HttpStatus.resolve(this.status.value());
		return (known != null) ? known.getReasonPhrase() : "";
	}

	@Override
	public HttpHeaders getHeaders() {
		return this.headers;
	}

	@Override
	public InputStream getBody() {
		return this.body;
	}

	@Override
	public void close() {
		if (this.body instanceof ReadBody streamed) {
			streamed.close();
		}
	}

}
