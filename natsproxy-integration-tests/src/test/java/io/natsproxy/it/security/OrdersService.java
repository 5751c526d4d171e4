package io.natsproxy.it.security;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

import io.natsproxy.it.gateway.OwnEventLoops;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import io.natsproxy.webflux.annotation.NatsWebSocket;
import io.natsproxy.webflux.server.NatsServer;
import io.natsproxy.webflux.websocket.NatsWebSockets;
import org.awaitility.Awaitility;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.reactive.socket.WebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service with everything that a service may have, all under {@code /orders}.
 */
final class OrdersService implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private OrdersService(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Starts an instance.
	 * @param properties {@code name=value}
	 */
	static OrdersService start(String url, String... properties) {
		return new OrdersService(new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.application.name=orders", "spring.main.banner-mode=off",
					"natsproxy.nats.servers=" + url, "natsproxy.nats.startup-wait=5s",
					"natsproxy.nats.reconnect-wait=100ms")
			.run(Stream.of(properties).map((property) -> "--" + property).toArray(String[]::new)));
	}

	/**
	 * Waits until a handler has ended.
	 */
	void awaitEnd(String end) {
		Queue<String> ends = bean(Orders.class).ends;
		Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(ends).contains(end));
	}

	int inFlight() {
		return bean(NatsServer.class).getInFlight();
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	@Override
	public void close() {
		this.context.close();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ Orders.class, OwnEventLoops.class })
	static class Application {

		/**
		 * Joins the group of all, and sends back what comes.
		 */
		@Bean
		@NatsWebSocket("/orders/socket/{name}")
		WebSocketHandler socket(NatsWebSockets sockets) {
			return (session) -> sockets.join(session.getId(), "all")
				.thenMany(session.send(
						session.receive().map((message) -> session.textMessage("echo " + message.getPayloadAsText()))))
				.then();
		}

	}

	@NatsController
	static class Orders {

		private final Queue<String> ends = new ConcurrentLinkedQueue<>();

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

	}

}
