package io.natsproxy.webflux.server;

import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.webflux.body.BodyFlux;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseCookie;
import org.springframework.http.server.reactive.AbstractServerHttpResponse;

/**
 * A response that is going to be sent over NATS. What is written is kept while it fits
 * one message, and sent by {@link #send()} when the handler has completed: until then a
 * failure can still become another response. What does not fit, or is flushed, is
 * streamed.
 */
class NatsServerHttpResponse extends AbstractServerHttpResponse {

	private static final int EXPECTED_FIELDS = 8;

	private final IncomingExchange exchange;

	private final HeaderMap fields;

	/**
	 * Creates a response.
	 * @param exchange takes the response
	 * @param bufferFactory makes buffers on the heap
	 */
	NatsServerHttpResponse(IncomingExchange exchange, DataBufferFactory bufferFactory) {
		this(exchange, bufferFactory, new HeaderMap(EXPECTED_FIELDS));
	}

	private NatsServerHttpResponse(IncomingExchange exchange, DataBufferFactory bufferFactory, HeaderMap fields) {
		super(bufferFactory, new HttpHeaders(fields));
		this.exchange = exchange;
		this.fields = fields;
	}

	@Override
	protected Mono<Void> writeWithInternal(Publisher<? extends DataBuffer> body) {
		// What is done before the commit may still change the status.
		return Mono.defer(() -> this.exchange.write(head(), BodyFlux.chunks(body), getHeaders().getContentLength()));
	}

	@Override
	protected Mono<Void> writeAndFlushWithInternal(Publisher<? extends Publisher<? extends DataBuffer>> body) {
		return Mono.defer(() -> this.exchange.write(head(), BodyFlux.flushedChunks(body)));
	}

	private ResponseHead head() {
		return new ResponseHead(getStatusCode().value(), this.fields::forEach);
	}

	/**
	 * Returns the status, which is 200 for as long as nobody sets another, as that of
	 * Reactor Netty is: observations end before a response without a body is committed.
	 */
	@Override
	public HttpStatusCode getStatusCode() {
		HttpStatusCode status = super.getStatusCode();
		return (status != null) ? status : HttpStatus.OK;
	}

	@Override
	protected void applyStatusCode() {
		// Read when the response is sent.
	}

	@Override
	protected void applyHeaders() {
		// Read when the response is sent.
	}

	@Override
	protected void applyCookies() {
		for (Iterable<ResponseCookie> cookies : getCookies().values()) {
			for (ResponseCookie cookie : cookies) {
				getHeaders().add(HttpHeaders.SET_COOKIE, cookie.toString());
			}
		}
	}

	/**
	 * Sends the response, unless it has been streamed, and ends the exchange.
	 */
	void send() {
		this.exchange.complete(head());
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> T getNativeResponse() {
		return (T) this.exchange;
	}

}
