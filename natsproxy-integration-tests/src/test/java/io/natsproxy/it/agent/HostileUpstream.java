package io.natsproxy.it.agent;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * What an upstream answers that stalls, or sends without an end. Counts the requests that
 * it has not done with.
 */
final class HostileUpstream {

	private static final int LENGTH = 100_000;

	private static final int BLOCK = 16 * 1024;

	private final AtomicInteger busy = new AtomicInteger();

	private final AtomicInteger begun = new AtomicInteger();

	Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
		this.begun.incrementAndGet();
		return switch (request.fullPath()) {
			case "/agent/unread", "/stalling/unread" -> Mono.never();
			case "/agent/socket" -> response.sendWebsocket((inbound, outbound) -> counted(pings(inbound, outbound)));
			case "/stalling/socket" -> response.sendWebsocket((inbound, outbound) -> Mono.never());
			default -> counted(answer(request, response));
		};
	}

	private Mono<Void> counted(Publisher<Void> answer) {
		this.busy.incrementAndGet();
		return Mono.from(answer).doFinally((signal) -> this.busy.decrementAndGet());
	}

	private static Publisher<Void> pings(WebsocketInbound inbound, WebsocketOutbound outbound) {
		return Mono.firstWithSignal(outbound
			.sendObject(Flux.interval(Duration.ofMillis(100)).onBackpressureDrop().map((i) -> new PingWebSocketFrame()),
					(ping) -> true)
			.then(), inbound.receive().then());
	}

	private static Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
		return switch (request.fullPath()) {
			case "/agent/ok" -> response.sendString(Mono.just("ok"));
			case "/stalling/head" -> Mono.never();
			case "/stalling/body" -> response.header("Content-Length", Integer.toString(LENGTH))
				.send(Flux.just(block()).concatWith(Flux.never()), (block) -> true);
			case "/agent/flood" -> response.send(Flux.generate((sink) -> sink.next(block())));
			case "/agent/upload" -> response
				.sendString(request.receive().map(ByteBuf::readableBytes).reduce(0L, Long::sum).map(String::valueOf));
			default -> response.sendNotFound();
		};
	}

	private static ByteBuf block() {
		return Unpooled.wrappedBuffer(new byte[BLOCK]);
	}

	/**
	 * Returns the number of requests and WebSockets that have not ended, but for those of
	 * which nothing is read: of their ends nothing would be known.
	 */
	int busy() {
		return this.busy.get();
	}

	/**
	 * Returns the number of requests that have come.
	 */
	int begun() {
		return this.begun.get();
	}

}
