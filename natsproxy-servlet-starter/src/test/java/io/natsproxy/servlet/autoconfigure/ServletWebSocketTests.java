package io.natsproxy.servlet.autoconfigure;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;

import io.natsproxy.core.exchange.caller.CallOptions;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.websocket.NatsWebSocketMessage;
import io.natsproxy.core.websocket.NatsWebSocketMessage.Type;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.WebSocketConnection;
import io.natsproxy.core.websocket.gateway.GatewayWebSockets;
import io.natsproxy.core.websocket.gateway.WebSocketHandshake;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.test.TestBroker;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.stereotype.Controller;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;
import org.springframework.web.socket.server.standard.ServerEndpointExporter;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The WebSockets of a servlet application without a port: Spring's, Jakarta's, STOMP and
 * SockJS.
 */
class ServletWebSocketTests {

	private static final Duration TIMEOUT = NatsTestClient.TIMEOUT;

	private static TestBroker broker;

	private static ConfigurableApplicationContext context;

	private static NatsTestClient client;

	private static NatsCaller caller;

	private static GatewayWebSockets gateway;

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		context = run("");
		client = new NatsTestClient(broker.url());
		caller = new NatsCaller(client.exchanges(), NatsCallerOptions.DEFAULTS);
		gateway = new GatewayWebSockets(client.exchanges(), caller, NatsWebSocketOptions.DEFAULTS);
	}

	private static ConfigurableApplicationContext run(String prefix) {
		SpringApplication application = new SpringApplication(SocketApplication.class, TestApplication.class);
		application.setRegisterShutdownHook(false);
		return application.run("--natsproxy.nats.servers=" + broker.url(), "--spring.application.name=shop",
				"--natsproxy.subject-prefix=" + prefix, "--spring.security.user.name=jo",
				"--spring.security.user.password=pw");
	}

	@AfterAll
	static void stop() {
		gateway.close();
		caller.close();
		client.close();
		context.close();
		broker.close();
	}

	@Test
	void springHandlerEchoesTextBinaryAndPings() throws Exception {
		Client socket = connect(gateway, "/ws/echo");
		socket.send(NatsWebSocketMessage.text("grüße"));
		assertThat(socket.text()).isEqualTo("grüße");
		byte[] large = new byte[60_000];
		large[59_999] = 7;
		socket.send(NatsWebSocketMessage.binary(large));
		assertThat(socket.next().payload()).isEqualTo(large);
		socket.send(NatsWebSocketMessage.text(""));
		assertThat(socket.text()).isEmpty();
		socket.send(new NatsWebSocketMessage(Type.PING, new byte[] { 1, 2 }));
		NatsWebSocketMessage pong = socket.next();
		assertThat(pong.type()).isEqualTo(Type.PONG);
		assertThat(pong.payload()).containsExactly(1, 2);
		socket.socket.close(WebSocketClose.NORMAL);
		Awaitility.await().atMost(TIMEOUT).until(() -> SocketApplication.closed.get() != null);
		assertThat(SocketApplication.closed.get().getCode()).isEqualTo(1000);
	}

	@Test
	void manyMessagesKeepTheirOrder() throws Exception {
		Client socket = connect(gateway, "/ws/echo");
		int messages = 2000;
		socket.socket.send(Flux.range(0, messages).map((i) -> NatsWebSocketMessage.text("message " + i))).subscribe();
		for (int i = 0; i < messages; i++) {
			assertThat(socket.text()).isEqualTo("message " + i);
		}
		socket.socket.close(WebSocketClose.NORMAL);
	}

	@Test
	void serverClosesAfterWhatItHasSent() throws Exception {
		Client socket = connect(gateway, "/ws/echo");
		socket.send(NatsWebSocketMessage.text("close"));
		for (int i = 0; i < 50; i++) {
			assertThat(socket.text()).hasSize(30_000);
		}
		WebSocketClose status = socket.socket.closed().block(TIMEOUT);
		assertThat(status.code()).isEqualTo(4001);
		assertThat(status.reason()).isEqualTo("bye");
	}

	/**
	 * The server is not faster than its client.
	 */
	@Test
	void senderWaitsForAClientThatDoesNotRead() throws Exception {
		WebSocketConnection socket = gateway
			.connect(head("/ws/echo"), new CallOptions(TIMEOUT, ForkJoinPool.commonPool()))
			.block(TIMEOUT)
			.socket();
		SocketApplication.sent.set(0);
		socket.send(Mono.just(NatsWebSocketMessage.text("flood"))).block(TIMEOUT);
		AtomicInteger last = new AtomicInteger(-1);
		Awaitility.await().pollInterval(Duration.ofMillis(300)).atMost(TIMEOUT).until(() -> {
			int now = SocketApplication.sent.get();
			return now > 0 && last.getAndSet(now) == now;
		});
		assertThat(SocketApplication.sent.get()).isLessThan(60);
		assertThat(socket.receive().take(100).count().block(TIMEOUT)).isEqualTo(100);
		socket.close(WebSocketClose.NORMAL);
	}

	@Test
	void subProtocolIsNegotiatedAndTheUserKnown() throws Exception {
		String credentials = Base64.getEncoder().encodeToString("jo:pw".getBytes(StandardCharsets.US_ASCII));
		WebSocketHandshake handshake = gateway
			.connect(head("/ws/echo", "Sec-WebSocket-Protocol", "v2, v1", "Authorization", "Basic " + credentials),
					new CallOptions(TIMEOUT, ForkJoinPool.commonPool()))
			.block(TIMEOUT);
		assertThat(NatsTestClient.fields(handshake.reply()).get("Sec-WebSocket-Protocol")).containsExactly("v1");
		assertThat(NatsTestClient.fields(handshake.reply())).doesNotContainKeys("Sec-WebSocket-Accept", "Upgrade");
		Client socket = new Client(handshake.socket());
		socket.send(NatsWebSocketMessage.text("user"));
		assertThat(socket.text()).isEqualTo("jo");
		socket.socket.close(WebSocketClose.NORMAL);
	}

	@Test
	void handshakeThatIsNoneIsAnswered() {
		WebSocketHandshake handshake = gateway
			.connect(head("/ws/none"), new CallOptions(TIMEOUT, ForkJoinPool.commonPool()))
			.block(TIMEOUT);
		assertThat(handshake.socket()).isNull();
		assertThat(handshake.reply().head().status()).isEqualTo(404);
	}

	@Test
	void handlerThatFailsClosesWithAnError() {
		Client socket = connect(gateway, "/ws/echo");
		socket.send(NatsWebSocketMessage.text("fail"));
		assertThat(socket.socket.closed().block(TIMEOUT).code()).isEqualTo(1011);
	}

	@Test
	void messageThatIsTooLongIsNotSent() {
		Client socket = connect(gateway, "/ws/echo");
		socket.send(NatsWebSocketMessage.text("long"));
		assertThat(socket.socket.closed().block(TIMEOUT).code()).isEqualTo(1009);
	}

	@Test
	void jakartaEndpointEchoes() throws Exception {
		Client socket = connect(gateway, "/ws/jakarta");
		socket.send(NatsWebSocketMessage.text("hello"));
		assertThat(socket.text()).isEqualTo("jakarta hello");
		socket.socket.close(WebSocketClose.NORMAL);
	}

	@Test
	void stompSubscribesAndSends() throws Exception {
		stomp(connect(gateway, "/stomp"), (text) -> NatsWebSocketMessage.text(text));
	}

	private static void stomp(Client socket, Function<String, NatsWebSocketMessage> frame) throws Exception {
		socket.send(frame.apply("CONNECT\naccept-version:1.2\nhost:a\n\n\0"));
		socket.until((text) -> text.contains("CONNECTED"));
		socket.send(frame.apply("SUBSCRIBE\nid:1\ndestination:/topic/echo\nreceipt:r\n\n\0"));
		Awaitility.await().atMost(TIMEOUT).until(() -> {
			socket.send(frame.apply("SEND\ndestination:/app/echo\ncontent-type:text/plain\n\nhello\0"));
			return socket.poll(Duration.ofMillis(500), (text) -> text.contains("stomp hello"));
		});
		socket.socket.close(WebSocketClose.NORMAL);
	}

	@Test
	void sockJsWorksOverWebSocketAndOverHttp() throws Exception {
		assertThat(client.get("/sockjs/info").text()).contains("\"websocket\":true");
		Client socket = connect(gateway, "/sockjs/000/abc/websocket");
		assertThat(socket.text()).isEqualTo("o");
		stomp(socket, (text) -> NatsWebSocketMessage
			.text("[\"" + text.replace("\n", "\\n").replace("\0", "\\u0000") + "\"]"));
		assertThat(client.post("/sockjs/000/def/xhr", "").text()).isEqualTo("o\n");
	}

	@Test
	void stopClosesWithServiceRestart() throws Exception {
		ConfigurableApplicationContext other = run("stop");
		NatsTestClient otherClient = new NatsTestClient(broker.url(), "stop");
		NatsCaller otherCaller = new NatsCaller(otherClient.exchanges(), NatsCallerOptions.DEFAULTS);
		GatewayWebSockets otherGateway = new GatewayWebSockets(otherClient.exchanges(), otherCaller,
				NatsWebSocketOptions.DEFAULTS);
		try {
			Client socket = connect(otherGateway, "/ws/echo");
			socket.send(NatsWebSocketMessage.text("hello"));
			assertThat(socket.text()).isEqualTo("hello");
			CompletableFuture<Void> closed = CompletableFuture.runAsync(other::close, NatsTestClient.THREADS);
			assertThat(socket.socket.closed().block(TIMEOUT).code()).isEqualTo(1012);
			closed.get(15, TimeUnit.SECONDS);
		}
		finally {
			other.close();
			otherGateway.close();
			otherCaller.close();
			otherClient.close();
		}
	}

	private static RequestHead head(String target, String... fields) {
		return new RequestHead("GET", target, TIMEOUT, (action) -> {
			for (int i = 0; i < fields.length; i += 2) {
				action.accept(fields[i], List.of(fields[i + 1]));
			}
		});
	}

	private static Client connect(GatewayWebSockets gateway, String target) {
		WebSocketHandshake handshake = gateway
			.connect(head(target), new CallOptions(TIMEOUT, ForkJoinPool.commonPool()))
			.block(TIMEOUT);
		assertThat(handshake.reply().head().status()).isEqualTo(101);
		return new Client(handshake.socket());
	}

	/**
	 * Receives all that comes.
	 */
	private static final class Client {

		private final BlockingQueue<NatsWebSocketMessage> received = new LinkedBlockingQueue<>();

		private final WebSocketConnection socket;

		Client(WebSocketConnection socket) {
			this.socket = socket;
			socket.receive().subscribe(new BaseSubscriber<NatsWebSocketMessage>() {

				@Override
				protected void hookOnSubscribe(Subscription subscription) {
					request(Long.MAX_VALUE);
				}

				@Override
				protected void hookOnNext(NatsWebSocketMessage message) {
					Client.this.received.add(message);
				}

			});
		}

		void send(NatsWebSocketMessage message) {
			this.socket.send(Mono.just(message)).block(TIMEOUT);
		}

		NatsWebSocketMessage next() throws InterruptedException {
			NatsWebSocketMessage message = this.received.poll(30, TimeUnit.SECONDS);
			assertThat(message).isNotNull();
			return message;
		}

		String text() throws InterruptedException {
			return new String(next().payload(), StandardCharsets.UTF_8);
		}

		void until(Predicate<String> condition) throws InterruptedException {
			String text = text();
			while (!condition.test(text)) {
				text = text();
			}
		}

		boolean poll(Duration timeout, Predicate<String> condition) throws InterruptedException {
			NatsWebSocketMessage message = this.received.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
			while (message != null) {
				if (condition.test(new String(message.payload(), StandardCharsets.UTF_8))) {
					return true;
				}
				message = this.received.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
			}
			return false;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebSocket
	@EnableWebSocketMessageBroker
	static class SocketApplication implements WebSocketConfigurer, WebSocketMessageBrokerConfigurer {

		static final AtomicReference<CloseStatus> closed = new AtomicReference<>();

		static final AtomicInteger sent = new AtomicInteger();

		@Override
		public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
			DefaultHandshakeHandler handshakes = new DefaultHandshakeHandler();
			handshakes.setSupportedProtocols("v1");
			registry.addHandler(new Echo(), "/ws/echo").setHandshakeHandler(handshakes).setAllowedOrigins("*");
		}

		@Override
		public void registerStompEndpoints(StompEndpointRegistry registry) {
			registry.addEndpoint("/stomp").setAllowedOriginPatterns("*");
			registry.addEndpoint("/sockjs").setAllowedOriginPatterns("*").withSockJS();
		}

		@Override
		public void configureMessageBroker(MessageBrokerRegistry registry) {
			registry.enableSimpleBroker("/topic");
			registry.setApplicationDestinationPrefixes("/app");
		}

		@Bean
		ServerEndpointExporter exporter() {
			return new ServerEndpointExporter();
		}

		@Bean
		JakartaEcho jakartaEcho() {
			return new JakartaEcho();
		}

		@Bean
		StompEcho stompEcho() {
			return new StompEcho();
		}

	}

	static class Echo extends AbstractWebSocketHandler {

		@Override
		protected void handleTextMessage(WebSocketSession session, TextMessage message) throws Exception {
			switch (message.getPayload()) {
				case "fail" -> throw new IllegalStateException("Secret");
				case "user" -> session.sendMessage(new TextMessage(session.getPrincipal().getName()));
				case "long" -> session.sendMessage(new TextMessage("x".repeat(70_000)));
				case "close" -> {
					for (int i = 0; i < 50; i++) {
						session.sendMessage(new TextMessage("x".repeat(30_000)));
					}
					session.close(new CloseStatus(4001, "bye"));
				}
				case "flood" -> {
					for (int i = 0; i < 100; i++) {
						session.sendMessage(new BinaryMessage(ByteBuffer.allocate(30_000)));
						SocketApplication.sent.incrementAndGet();
					}
				}
				default -> session.sendMessage(message);
			}
		}

		@Override
		protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) throws Exception {
			session.sendMessage(message);
		}

		@Override
		public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
			SocketApplication.closed.set(status);
		}

	}

	@ServerEndpoint("/ws/jakarta")
	public static class JakartaEcho {

		@OnMessage
		public String onMessage(String text) {
			return "jakarta " + text;
		}

	}

	@Controller
	static class StompEcho {

		@MessageMapping("/echo")
		@SendTo("/topic/echo")
		String echo(String text) {
			return "stomp " + text;
		}

	}

}
