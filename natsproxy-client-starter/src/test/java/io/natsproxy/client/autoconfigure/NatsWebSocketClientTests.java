package io.natsproxy.client.autoconfigure;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.websocket.gateway.GatewayWebSockets;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsWebSocket;
import io.natsproxy.webflux.client.HandshakeRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.client.WebSocketClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * A WebSocket client opens WebSockets of services over NATS.
 */
@Timeout(60)
class NatsWebSocketClientTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final ApplicationContextRunner runner = Services.runner().withBean(Echo.class).withBean(Refusing.class);

	@Test
	void messagesGoBothWays() {
		this.runner.run((context) -> {
			CompletableFuture<List<String>> received = new CompletableFuture<>();
			client(context)
				.execute(URI.create("nats://echo/ws/echo?who=me"),
						(session) -> session.send(Flux.range(0, 200).map((i) -> session.textMessage("message " + i)))
							.thenMany(session.receive().map(WebSocketMessage::getPayloadAsText).take(201))
							.collectList()
							.doOnNext(received::complete)
							.then())
				.block(PATIENCE);
			assertThat(received.join()).hasSize(201).startsWith("who=me echo", "message 0").endsWith("message 199");
			assertThat(closed(context)).isEqualTo(new CloseStatus(1000));
			awaitNothingOpen(context);
		});
	}

	@Test
	void subProtocolThatTheServiceChoosesIsThatOfTheSession() {
		this.runner.run((context) -> {
			CompletableFuture<String> chosen = new CompletableFuture<>();
			client(context).execute(URI.create("/ws/echo"), new WebSocketHandler() {

				@Override
				public List<String> getSubProtocols() {
					return List.of("other", "echo");
				}

				@Override
				public Mono<Void> handle(WebSocketSession session) {
					chosen.complete(session.getHandshakeInfo().getSubProtocol());
					return Mono.empty();
				}

			}).block(PATIENCE);
			assertThat(chosen).isCompletedWithValue("echo");
			awaitNothingOpen(context);
		});
	}

	@Test
	void refusalOfTheServiceIsAnException() {
		this.runner.run((context) -> {
			HttpHeaders headers = new HttpHeaders();
			headers.set("X-Test", "sent");
			assertThatExceptionOfType(HandshakeRefusedException.class)
				.isThrownBy(() -> client(context).execute(URI.create("/refused"), headers, (session) -> Mono.empty())
					.block(PATIENCE))
				.satisfies((ex) -> assertThat(ex.getStatusCode()).isEqualTo(HttpStatus.FORBIDDEN))
				.satisfies((ex) -> assertThat(ex.getHeaders().getFirst("X-Test")).isEqualTo("sent"));
			awaitNothingOpen(context);
		});
	}

	@Test
	void nobodyToAnswerIsAFailureOfTheExchange() {
		this.runner.run((context) -> {
			assertThatExceptionOfType(NatsExchangeException.class).isThrownBy(
					() -> client(context).execute(URI.create("/nowhere"), (session) -> Mono.empty()).block(PATIENCE))
				.satisfies((ex) -> assertThat(ex.failure()).isEqualTo(ExchangeFailure.NO_RESPONDERS));
			awaitNothingOpen(context);
		});
	}

	@Test
	void handlerThatFailsClosesTheWebSocket() {
		this.runner.run((context) -> {
			assertThatIllegalStateException().isThrownBy(() -> client(context)
				.execute(URI.create("/ws/echo"), (session) -> Mono.error(new IllegalStateException("expected")))
				.block(PATIENCE));
			assertThat(closed(context).getCode()).isEqualTo(1011);
			awaitNothingOpen(context);
		});
	}

	@Test
	void cancellationClosesTheWebSocket() {
		this.runner.run((context) -> {
			CompletableFuture<Void> opened = new CompletableFuture<>();
			Disposable execution = client(context).execute(URI.create("/ws/echo"), (session) -> {
				opened.complete(null);
				return session.receive().then();
			}).subscribe();
			opened.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			execution.dispose();
			assertThat(closed(context).getCode()).isEqualTo(1006);
			awaitNothingOpen(context);
		});
	}

	@Test
	void closeOfTheServiceEndsWhatIsReceived() {
		this.runner.run((context) -> {
			CompletableFuture<CloseStatus> status = new CompletableFuture<>();
			client(context)
				.execute(URI.create("/ws/echo"),
						(session) -> session.send(Mono.just(session.textMessage("close")))
							.thenMany(session.receive().doOnNext(WebSocketMessage::release))
							.then(session.closeStatus())
							.doOnNext(status::complete)
							.then())
				.block(PATIENCE);
			assertThat(status).isCompletedWithValue(new CloseStatus(4000, "asked to"));
			awaitNothingOpen(context);
		});
	}

	@Test
	void stopClosesWhatIsOpen() {
		CompletableFuture<CloseStatus> closed = new CompletableFuture<>();
		this.runner.run((service) -> Services.runner().withBean("unserved", Object.class).run((context) -> {
			client(context)
				.execute(URI.create("/ws/echo"),
						(session) -> session.receive().doOnNext(WebSocketMessage::release).then())
				.subscribe();
			await().atMost(PATIENCE).until(() -> service.getBean(Echo.class).session != null);
			service.getBean(Echo.class).session.closeStatus().subscribe(closed::complete);
		}));
		await().atMost(PATIENCE).until(closed::isDone);
		assertThat(closed.join().getCode()).isEqualTo(1001);
	}

	private static WebSocketClient client(BeanFactory context) {
		return context.getBean("natsWebSocketClient", WebSocketClient.class);
	}

	private static CloseStatus closed(ApplicationContext context) {
		WebSocketSession session = context.getBean(Echo.class).session;
		return session.closeStatus().block(PATIENCE);
	}

	private static void awaitNothingOpen(ApplicationContext context) {
		GatewayWebSockets sockets = context.getBean("natsproxyClientSockets", GatewayWebSockets.class);
		await().atMost(PATIENCE).until(() -> sockets.open() == 0);
	}

	@NatsWebSocket(path = "/ws/echo", subProtocols = "echo")
	static class Echo implements WebSocketHandler {

		private volatile WebSocketSession session;

		@Override
		public Mono<Void> handle(WebSocketSession session) {
			this.session = session;
			return session.send(Flux.just(session.getHandshakeInfo().getUri().getRawQuery() + " echo")
				.map(session::textMessage)
				.concatWith(session.receive().concatMap((message) -> {
					String text = message.getPayloadAsText();
					return text.equals("close") ? session.close(new CloseStatus(4000, "asked to")).then(Mono.empty())
							: Mono.just(session.textMessage(text));
				}))).then();
		}

	}

	@NatsController
	static class Refusing {

		@NatsGet("/refused")
		ResponseEntity<String> refused(@RequestHeader("X-Test") String test) {
			return ResponseEntity.status(HttpStatus.FORBIDDEN).header("X-Test", test).body("no");
		}

	}

}
