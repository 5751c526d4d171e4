package io.natsproxy.it.socket;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsWebSocket;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;

/**
 * Methods that accept WebSockets.
 */
@NatsController
class SocketMethods {

	/**
	 * How the sources of {@code /ws/methods/ticks} ended.
	 */
	static final BlockingQueue<String> ticks = new LinkedBlockingQueue<>();

	@NatsGet("/ws/methods/both")
	String get() {
		return "an ordinary response";
	}

	/**
	 * A response that takes more than one message of NATS.
	 */
	@NatsGet("/ws/methods/large")
	String large() {
		return "large ".repeat(500_000);
	}

	@NatsWebSocket("/ws/methods/both")
	WebSocketHandler both() {
		return (session) -> session.send(Mono.just(session.textMessage("a message")));
	}

	@NatsWebSocket(path = "/ws/methods/handler/{name}", subProtocols = "method.v1")
	WebSocketHandler handler(@PathVariable String name, @RequestParam int count,
			@RequestHeader("X-Client") String client, @CookieValue String session) {
		return (socket) -> socket.send(Mono.just(socket.textMessage(String.join("|", name, count + "", client, session,
				String.valueOf(socket.getHandshakeInfo().getSubProtocol())))));
	}

	@NatsWebSocket("/ws/methods/mono/{name}")
	Mono<WebSocketHandler> mono(@PathVariable String name, ServerWebExchange exchange) {
		exchange.getResponse().getHeaders().set("X-Decided", name);
		return switch (name) {
			case "empty" -> Mono.empty();
			case "unauthorized" ->
				Mono.fromRunnable(() -> exchange.getResponse().setStatusCode(HttpStatus.UNAUTHORIZED));
			case "conflict" -> Mono.error(new ResponseStatusException(HttpStatus.CONFLICT, "taken"));
			case "broken" -> Mono.error(new IllegalStateException("secret"));
			default -> Mono.just((session) -> session.send(Mono.just(session.textMessage("mono"))));
		};
	}

	@NatsWebSocket("/ws/methods/object/{what}")
	Object object(@PathVariable String what) {
		return value(what);
	}

	@NatsWebSocket("/ws/methods/mono-of-object/{what}")
	Mono<Object> monoOfObject(@PathVariable String what) {
		return Mono.justOrEmpty(value(what));
	}

	@NatsWebSocket("/ws/methods/mono-of-any/{what}")
	Mono<?> monoOfAny(@PathVariable String what) {
		return Mono.justOrEmpty(value(what));
	}

	@NatsWebSocket("/ws/methods/future/{what}")
	CompletableFuture<?> future(@PathVariable String what) {
		return CompletableFuture.completedFuture(value(what));
	}

	@NatsWebSocket("/ws/methods/optional/{what}")
	Optional<?> optional(@PathVariable String what) {
		return Optional.ofNullable(value(what));
	}

	private static Object value(String what) {
		WebSocketHandler handler = (session) -> session.send(Mono.just(session.textMessage("accepted")));
		return switch (what) {
			case "handler" -> handler;
			case "flux" -> Flux.just("accepted");
			case "nested" -> Mono.just(Optional.of(CompletableFuture.completedFuture(handler)));
			case "entity" -> ResponseEntity.status(HttpStatus.PAYMENT_REQUIRED).header("X-Why", "price").body("pay");
			case "text" -> "no WebSocket";
			case "record" -> new Answer(7);
			case "problem" -> ProblemDetail.forStatus(HttpStatus.LOCKED);
			case "error-response" -> new ErrorResponseException(HttpStatus.GONE);
			case "failed" -> Mono.error(new ResponseStatusException(HttpStatus.CONFLICT, "taken"));
			default -> null;
		};
	}

	@NatsWebSocket("/ws/methods/thrown")
	WebSocketHandler thrown() {
		throw new ResponseStatusException(HttpStatus.NOT_FOUND, "no such room");
	}

	@NatsWebSocket("/ws/methods/text")
	Flux<String> text(Flux<String> messages) {
		return messages.map((message) -> "echo " + message);
	}

	@NatsWebSocket("/ws/methods/bytes")
	Flux<byte[]> bytes(Flux<byte[]> messages) {
		return messages.map((message) -> new byte[] { (byte) message.length });
	}

	@NatsWebSocket("/ws/methods/json")
	Flux<Answer> json(Flux<Question> questions) {
		return questions.map((question) -> new Answer(question.left() + question.right()));
	}

	@NatsWebSocket("/ws/methods/ticks/{name}")
	Flux<String> ticks(@PathVariable String name) {
		return Flux.concat(Flux.just("tick"), Flux.<String>never())
			.doFinally((signal) -> ticks.add(name + " " + signal));
	}

	@NatsWebSocket("/ws/methods/three")
	Flux<String> three() {
		return Flux.just("1", "2", "3");
	}

	@NatsWebSocket("/ws/methods/failing")
	Flux<String> failing() {
		return Flux.concat(Flux.just("before"), Flux.error(new IllegalStateException("secret")));
	}

	record Question(int left, int right) {

	}

	record Answer(int sum) {

	}

}
