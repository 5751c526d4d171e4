package io.natsproxy.it.page;

import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import io.natsproxy.webflux.annotation.NatsWebSocket;
import io.natsproxy.webflux.websocket.NatsWebSockets;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.reactive.socket.WebSocketHandler;

/**
 * Routes of a service that stay open until their client goes.
 */
@NatsController
class OpenRoutes {

	private final NatsWebSockets sockets;

	OpenRoutes(NatsWebSockets sockets) {
		this.sockets = sockets;
	}

	@NatsGet(path = "/open/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<String> events() {
		return Flux.just("begun").concatWith(Flux.never());
	}

	@NatsPost("/open/upload")
	Mono<Void> upload(@RequestBody Flux<DataBuffer> body) {
		return body.doOnNext(DataBufferUtils::release).then();
	}

	@NatsWebSocket("/open/socket")
	WebSocketHandler socket() {
		return (session) -> this.sockets.join(session.getId(), "<readers>").thenMany(session.receive()).then();
	}

}
