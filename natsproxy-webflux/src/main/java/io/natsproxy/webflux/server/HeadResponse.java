package io.natsproxy.webflux.server;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;

/**
 * The response to HEAD: of a body as much is made as it takes to know that it could be
 * written, which is its first buffer. Spring's own runs a body to its end, however long.
 */
final class HeadResponse extends ServerHttpResponseDecorator {

	HeadResponse(ServerHttpResponse delegate) {
		super(delegate);
	}

	/**
	 * Drops the body. The length of a body that comes whole is told, unless a field tells
	 * it already.
	 */
	@Override
	public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
		if (!(body instanceof Mono)) {
			return Flux.from(body)
				.next()
				.doOnNext(DataBufferUtils::release)
				.then()
				.doOnDiscard(DataBuffer.class, DataBufferUtils::release);
		}
		return Mono.from(body).doOnNext((buffer) -> {
			tellLength(buffer.readableByteCount());
			DataBufferUtils.release(buffer);
		}).switchIfEmpty(Mono.fromRunnable(() -> tellLength(0))).then();
	}

	private void tellLength(int length) {
		HttpHeaders headers = getHeaders();
		if (headers.getFirst(HttpHeaders.CONTENT_LENGTH) == null
				&& headers.getFirst(HttpHeaders.TRANSFER_ENCODING) == null) {
			headers.setContentLength(length);
		}
	}

	/**
	 * Commits the head. A body that is flushed in parts is not subscribed to.
	 */
	@Override
	public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
		return setComplete();
	}

}
