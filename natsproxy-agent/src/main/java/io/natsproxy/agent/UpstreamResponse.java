package io.natsproxy.agent;

import java.time.Duration;

import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.webflux.body.BodyFlux;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;

import org.springframework.core.io.buffer.NettyDataBufferFactory;

/**
 * The final response of an upstream, on the event loop of its connection.
 */
final class UpstreamResponse {

	private static final String EVENT_STREAM = "text/event-stream";

	private static final NettyDataBufferFactory BUFFERS = new NettyDataBufferFactory(ByteBufAllocator.DEFAULT);

	private final HttpClientResponse response;

	private final ByteBufFlux body;

	private final EventLoop eventLoop;

	private final Duration stallTimeout;

	UpstreamResponse(HttpClientResponse response, ByteBufFlux body, EventLoop eventLoop, Duration stallTimeout) {
		this.response = response;
		this.body = body;
		this.eventLoop = eventLoop;
		this.stallTimeout = stallTimeout;
	}

	/**
	 * Answers a request with it, at the pace of the caller.
	 * @return completes when all of it has been sent
	 */
	Mono<Void> writeTo(IncomingExchange exchange) {
		int status = this.response.status().code();
		HttpHeaders fields = this.response.responseHeaders();
		ResponseHead head = new ResponseHead(status, new ResponseFields(fields, status != 204));
		Mono<Void> complete = Mono.fromRunnable(() -> exchange.complete(head));
		if (exchange.head().method().equals("HEAD") || status == 204 || status == 304) {
			return this.body.then(complete);
		}
		long length = length(fields);
		Flux<byte[]> chunks = BodyFlux.chunks(this.body.retain().map(BUFFERS::wrap), Math.max(0, length));
		return exchange
			.write(head, new ResponseBody(chunks, this.eventLoop, isEventStream(fields), this.stallTimeout), length)
			.then(complete);
	}

	private static long length(HttpHeaders fields) {
		String length = fields.get(HttpHeaderNames.CONTENT_LENGTH);
		return (length != null) ? Long.parseLong(length.trim()) : -1;
	}

	private static boolean isEventStream(HttpHeaders fields) {
		String type = fields.get(HttpHeaderNames.CONTENT_TYPE);
		return type != null && type.regionMatches(true, 0, EVENT_STREAM, 0, EVENT_STREAM.length());
	}

}
