package io.natsproxy.it.socket;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.natsproxy.webflux.annotation.NatsWebSocket;
import io.natsproxy.webflux.path.PathCondition;
import io.natsproxy.webflux.server.NatsMiddleware;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.server.ServerWebExchange;

/**
 * Handlers that are beans, and the middleware in front of them.
 */
@Configuration(proxyBeanMethods = false)
class SocketHandlers {

	/**
	 * What happened to handshakes on {@code /ws/slow}.
	 */
	static final Queue<String> slow = new ConcurrentLinkedQueue<>();

	@Bean
	@NatsWebSocket("/ws/echo/{token}")
	WebSocketHandler echo() {
		return (session) -> session.send(session.receive().doOnNext(WebSocketMessage::retain));
	}

	@Bean
	@NatsWebSocket(path = { "/ws/bean", "/ws/other-bean" }, subProtocols = { "bean.v1" })
	WebSocketHandler bean() {
		return (session) -> session.send(Mono.just(session.textMessage("from a bean")));
	}

	/**
	 * Tells what it has learnt from the handshake.
	 */
	@Bean
	@NatsWebSocket("/ws/tell/{first}/{second}")
	WebSocketHandler tell() {
		return (session) -> session.send(Mono.just(session.textMessage(HandshakeText.of(session))));
	}

	@Bean
	@NatsWebSocket("/ws/guarded/{status}")
	WebSocketHandler guarded() {
		return (session) -> session.send(Mono.just(session.textMessage("inside")));
	}

	@Bean
	@NatsWebSocket("/ws/slow")
	WebSocketHandler slow() {
		return (session) -> Mono.empty();
	}

	@Bean
	@Order(2)
	NatsMiddleware second() {
		return order("second");
	}

	@Bean
	@Order(1)
	NatsMiddleware first() {
		return order("first");
	}

	private static NatsMiddleware on(String pattern, NatsMiddleware middleware) {
		return middleware.on(PathCondition.pattern(pattern));
	}

	private static NatsMiddleware order(String name) {
		return on("/ws/probe/**", (exchange, chain) -> {
			exchange.getResponse().getHeaders().add("X-Order", name);
			exchange.getResponse()
				.beforeCommit(
						() -> Mono.fromRunnable(() -> exchange.getResponse().getHeaders().add("X-Committed", name)));
			exchange.getResponse().addCookie(ResponseCookie.from(name, "cookie").httpOnly(true).path("/").build());
			return chain.filter(exchange);
		});
	}

	/**
	 * Answers with the status that the path names.
	 */
	@Bean
	NatsMiddleware guard() {
		return on("/ws/guarded/**", (exchange, chain) -> {
			int status = Integer.parseInt(exchange.getRequest().getPath().elements().get(5).value());
			return (status == 101) ? chain.filter(exchange) : refuse(status, exchange);
		});
	}

	private static Mono<Void> refuse(int status, ServerWebExchange exchange) {
		ServerHttpResponse response = exchange.getResponse();
		response.setStatusCode(HttpStatus.valueOf(status));
		response.getHeaders().set("X-Why", "refused");
		if (status == 302) {
			response.getHeaders().set(HttpHeaders.LOCATION, "/login");
		}
		return response.writeWith(Mono.just(response.bufferFactory().wrap(("No: " + status).getBytes())));
	}

	@Bean
	NatsMiddleware delay() {
		return on("/ws/slow",
				(exchange, chain) -> Mono.<Void>never()
					.timeout(Duration.ofSeconds(20))
					.doOnSubscribe((subscription) -> slow.add("asked"))
					.doOnCancel(() -> slow.add("cancelled")));
	}

}
