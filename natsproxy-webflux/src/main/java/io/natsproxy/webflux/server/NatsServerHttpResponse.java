package io.natsproxy.webflux.server;

import io.natsproxy.core.exchange.IncomingExchange;
import io.natsproxy.core.wire.ResponseHead;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseCookie;
import org.springframework.http.server.reactive.AbstractServerHttpResponse;

/**
 * A response that is going to be sent over NATS. What is written is collected, and sent
 * as one message by {@link #send()} when the handler has completed: until then a failure
 * can still become an answer of its own.
 */
class NatsServerHttpResponse extends AbstractServerHttpResponse {

	private static final byte[] NO_BODY = {};

	private final IncomingExchange exchange;

	private byte[] body = NO_BODY;

	/**
	 * Creates a response.
	 * @param exchange takes the reply
	 * @param bufferFactory makes buffers on the heap
	 */
	NatsServerHttpResponse(IncomingExchange exchange, DataBufferFactory bufferFactory) {
		super(bufferFactory);
		this.exchange = exchange;
	}

	@Override
	protected Mono<Void> writeWithInternal(Publisher<? extends DataBuffer> body) {
		return DataBufferUtils.join(body, this.exchange.maxReplySize()).flatMap(this::collect);
	}

	@Override
	protected Mono<Void> writeAndFlushWithInternal(Publisher<? extends Publisher<? extends DataBuffer>> body) {
		return writeWithInternal(Flux.from(body).concatMap((part) -> part));
	}

	private Mono<Void> collect(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		this.body = bytes;
		return Mono.empty();
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
	 * Sends the response and ends the exchange.
	 */
	void send() {
		HttpStatusCode status = getStatusCode();
		this.exchange.reply(new ResponseHead((status != null) ? status.value() : 200, getHeaders()::forEach),
				this.body);
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> T getNativeResponse() {
		return (T) this.exchange;
	}

}
