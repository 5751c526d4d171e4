package io.natsproxy.it.security;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.natsproxy.it.support.TestApplication;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import io.natsproxy.webflux.annotation.NatsWebSocket;
import io.natsproxy.webflux.websocket.NatsWebSockets;
import org.awaitility.Awaitility;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Everything that a service may have, all under {@code /orders}.
 */
@NatsController
class Orders {

	private final Queue<String> ends = new ConcurrentLinkedQueue<>();

	/**
	 * Returns a builder of a service with these routes.
	 * @param url the NATS server to connect to
	 */
	static TestApplication.Builder service(String url) {
		return TestApplication.service(url, "orders").with(Orders.class, OrdersSocket.class);
	}

	/**
	 * Waits until a handler has ended.
	 */
	void awaitEnd(String end) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(this.ends).contains(end));
	}

	@NatsGet("/orders/{id}")
	String get(@PathVariable String id) {
		return "order " + id;
	}

	@NatsPost("/orders")
	String post(@RequestBody String order) {
		return "taken " + order;
	}

	@NatsPost("/orders/import")
	Mono<Long> upload(@RequestBody Flux<DataBuffer> body) {
		return body.map((buffer) -> {
			long size = buffer.readableByteCount();
			DataBufferUtils.release(buffer);
			return size;
		}).reduce(0L, Long::sum).doFinally((signal) -> end("import", signal));
	}

	@NatsGet(path = "/orders/export", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
	Flux<DataBuffer> download() {
		return Flux.range(0, 300)
			.map((number) -> DefaultDataBufferFactory.sharedInstance.wrap(new byte[10_000]))
			.cast(DataBuffer.class)
			.doFinally((signal) -> end("export", signal));
	}

	/**
	 * Takes long enough for the service to say several times that it is still at work.
	 */
	@NatsGet("/orders/slow")
	Mono<String> slow() {
		return Mono.delay(Duration.ofMillis(500)).thenReturn("slow order");
	}

	@NatsGet("/orders/wait")
	Mono<String> waits() {
		return Mono.<String>never().doFinally((signal) -> end("wait", signal));
	}

	@NatsGet(path = "/orders/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<Long> events() {
		return Flux.interval(Duration.ZERO, Duration.ofMillis(20))
			.onBackpressureDrop()
			.doFinally((signal) -> end("events", signal));
	}

	private void end(String handler, SignalType signal) {
		this.ends.add(handler + " " + signal);
	}

	/**
	 * Joins the group of all, and sends back what comes.
	 */
	@NatsWebSocket("/orders/socket/{name}")
	static class OrdersSocket implements WebSocketHandler {

		private final NatsWebSockets sockets;

		OrdersSocket(NatsWebSockets sockets) {
			this.sockets = sockets;
		}

		@Override
		public Mono<Void> handle(WebSocketSession session) {
			return this.sockets.join(session.getId(), "all")
				.thenMany(session.send(
						session.receive().map((message) -> session.textMessage("echo " + message.getPayloadAsText()))))
				.then();
		}

	}

}
