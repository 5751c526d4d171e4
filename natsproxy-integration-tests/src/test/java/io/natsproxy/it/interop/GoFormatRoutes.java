package io.natsproxy.it.interop;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsDelete;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import io.natsproxy.webflux.annotation.NatsPut;
import io.natsproxy.webflux.annotation.NatsWebSocket;
import io.natsproxy.webflux.server.NatsMiddleware;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;

/**
 * The routes of the captured exchanges, for a service of ours with the Go project's
 * format on its class path.
 */
@Configuration(proxyBeanMethods = false)
@Import({ GoFormatRoutes.Routes.class, GoFormatRoutes.Sockets.class })
class GoFormatRoutes {

	/**
	 * Returns a builder of such a service.
	 */
	static TestApplication.Builder service(TestBroker broker) {
		return TestApplication.service(broker, "legacy")
			.with(GoFormatRoutes.class)
			.properties("natsproxy.gateway.enabled=false", "spring.autoconfigure.exclude=${tests.tracing}");
	}

	@Bean
	@Order(1)
	NatsMiddleware aborts() {
		return (exchange, chain) -> {
			if (exchange.getRequest().getPath().value().startsWith("/aborted/")) {
				exchange.getResponse().setStatusCode(HttpStatus.UNAUTHORIZED);
				return exchange.getResponse().setComplete();
			}
			return chain.filter(exchange);
		};
	}

	@Bean
	@Order(2)
	NatsMiddleware later(Routes routes) {
		return (exchange, chain) -> {
			routes.seenByLaterMiddleware.add(exchange.getRequest().getPath().value());
			return chain.filter(exchange);
		};
	}

	@NatsController
	static class Routes {

		final AtomicInteger count = new AtomicInteger();

		final List<String> seenByLaterMiddleware = new CopyOnWriteArrayList<>();

		@NatsGet("/test/{event}/{session}")
		Map<String, String> test() {
			return Map.of("User", "Radek");
		}

		@NatsPost("/echo")
		ResponseEntity<byte[]> echo(@RequestBody byte[] body, @RequestHeader("Content-Type") String type) {
			return ResponseEntity.status(201)
				.header("Content-Type", type)
				.header("Set-Cookie", "a=1", "b=2; Path=/")
				.body(body);
		}

		@NatsPost("/form/{id}")
		Mono<Map<String, String>> form(@PathVariable String id, @RequestParam String name, ServerWebExchange exchange) {
			return exchange.getFormData()
				.map((form) -> Map.of("id", id, "name", name, "both", String.valueOf(form.getFirst("both"))));
		}

		@NatsPut("/things/{id}")
		@ResponseStatus(HttpStatus.NO_CONTENT)
		void put() {
		}

		@NatsDelete("/things/{id}")
		void delete() {
			throw new IllegalStateException("Not authenticated");
		}

		@NatsGet("/ws/{token}")
		ResponseEntity<Void> notUpgraded() {
			return ResponseEntity.status(426).build();
		}

		@NatsGet("/aborted/{id}")
		String aborted() {
			return "never";
		}

		@NatsGet("/conflict")
		String conflict() {
			throw new ResponseStatusException(HttpStatus.CONFLICT, "Taken");
		}

		@NatsGet("/teapot")
		ResponseEntity<String> teapot() {
			return ResponseEntity.status(418).header("X-Only-Here", "a").body("short and stout");
		}

		@NatsGet("/bare")
		ResponseEntity<Void> bare() {
			return ResponseEntity.ok().build();
		}

		@NatsPost("/count")
		int count() {
			return this.count.incrementAndGet();
		}

		@NatsGet("/segment/{segment}")
		String segment(@PathVariable String segment) {
			return segment;
		}

		@NatsGet("/segment/{segment}/")
		String segmentWithSlash(@PathVariable String segment) {
			return segment + " and a slash";
		}

		@NatsGet("/v1.0/users/{id}")
		String dotted(@PathVariable String id) {
			return "v1.0 " + id;
		}

		@NatsGet("/café/{id}")
		String accented(@PathVariable String id) {
			return "café " + id;
		}

		@NatsPost("/values")
		Mono<Map<String, Object>> values(@RequestParam List<String> x, ServerWebExchange exchange) {
			return exchange.getFormData().map((MultiValueMap<String, String> form) -> Map.of("x", x, "form", form));
		}

		@NatsGet("/about")
		Map<String, String> about(ServerHttpRequest request) {
			return Map.of("uri", request.getURI().toString(), "remote", String.valueOf(request.getRemoteAddress()),
					"header", String.valueOf(request.getHeaders().getFirst("X-Test")));
		}

		@NatsGet("/bytes/{count}")
		byte[] bytes(@PathVariable int count) {
			return new byte[count];
		}

		@NatsGet(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
		Flux<String> events() {
			return Flux.just("one", "two");
		}

		@NatsGet("/slow")
		Mono<String> slow() {
			return Mono.delay(Duration.ofSeconds(3)).thenReturn("late");
		}

	}

	/**
	 * Answers each message, closes when it is told to, and notes how sessions end.
	 */
	@NatsWebSocket("/ws/{token}")
	static class Sockets implements WebSocketHandler {

		final BlockingQueue<CloseStatus> closed = new LinkedBlockingQueue<>();

		final BlockingQueue<WebSocketSession> opened = new LinkedBlockingQueue<>();

		@Override
		public Mono<Void> handle(WebSocketSession session) {
			this.opened.add(session);
			session.closeStatus().subscribe(this.closed::add);
			return session.send(session.receive().concatMap((message) -> answer(session, message)));
		}

		private static Mono<WebSocketMessage> answer(WebSocketSession session, WebSocketMessage message) {
			String text = message.getPayloadAsText();
			return switch (text) {
				case "close" -> session.close(new CloseStatus(4001, "as told")).then(Mono.empty());
				case "binary" ->
					Mono.just(session.binaryMessage((factory) -> factory.wrap(new byte[] { (byte) 0xFF })));
				case "wait" -> Mono.never();
				default -> Mono.just(session.textMessage("Hi there: " + text + " (" + message.getType() + ")"));
			};
		}

	}

}
