package io.natsproxy.gateway.page;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.http.server.reactive.AbstractServerHttpResponse;

/**
 * A response that goes over no connection: the beginning of its body is kept. What is too
 * long, or takes too long, is cut.
 */
final class LocalResponse extends AbstractServerHttpResponse {

	private final int maxLength;

	private final Duration timeout;

	/**
	 * Guarded by this object, like all that follows.
	 */
	private final ByteArrayOutputStream body = new ByteArrayOutputStream();

	private boolean begun;

	private boolean complete;

	LocalResponse(int maxLength, Duration timeout) {
		super(DefaultDataBufferFactory.sharedInstance);
		this.maxLength = maxLength;
		this.timeout = timeout;
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> T getNativeResponse() {
		return (T) this;
	}

	@Override
	protected void applyStatusCode() {
		// It is read when the response has ended.
	}

	@Override
	protected void applyHeaders() {
		// They are read when the response has ended.
	}

	@Override
	protected void applyCookies() {
		for (List<ResponseCookie> cookies : getCookies().values()) {
			cookies.forEach((cookie) -> getHeaders().add(HttpHeaders.SET_COOKIE, cookie.toString()));
		}
	}

	@Override
	protected Mono<Void> writeWithInternal(Publisher<? extends DataBuffer> body) {
		synchronized (this) {
			this.begun = true;
		}
		return Flux.from(body)
			.doOnNext(this::keep)
			.takeUntil((buffer) -> isFull())
			.doOnComplete(this::complete)
			.take(this.timeout)
			.then();
	}

	@Override
	protected Mono<Void> writeAndFlushWithInternal(Publisher<? extends Publisher<? extends DataBuffer>> body) {
		return writeWithInternal(Flux.from(body).concatMap(Flux::from, 1));
	}

	private synchronized void keep(DataBuffer buffer) {
		int length = Math.min(buffer.readableByteCount(), this.maxLength + 1 - this.body.size());
		byte[] bytes = new byte[length];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		this.body.writeBytes(bytes);
	}

	private synchronized boolean isFull() {
		return this.body.size() > this.maxLength;
	}

	private synchronized void complete() {
		this.complete = true;
	}

	/**
	 * Returns the body, or the beginning of it.
	 */
	synchronized byte[] body() {
		byte[] body = this.body.toByteArray();
		return (body.length > this.maxLength) ? Arrays.copyOf(body, this.maxLength) : body;
	}

	/**
	 * Returns whether there was more, or would have been.
	 */
	synchronized boolean isTruncated() {
		return this.body.size() > this.maxLength || (this.begun && !this.complete);
	}

}
