package io.natsproxy.it.gateway;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.nats.client.impl.Headers;
import io.natsproxy.gateway.access.AccessLog;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsWebSocket;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A line for each request, however it ends and whoever has answered it.
 */
@Timeout(60)
class AccessLogIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final Logger logger = (Logger) LoggerFactory.getLogger("natsproxy.gateway.access");

	private static TestBroker broker;

	private static Peer peer;

	private static TestApplication service;

	private static TestApplication gateway;

	private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
		peer = new Peer(broker);
		peer.answer("OPTIONS:.options", "", "Natsproxy-Status", "200", "Allow", "PUT");
		peer.answer("GET:.broken", "", "Natsproxy-Status", "teapot");
		peer.ignore("GET:.silent");
		service = TestApplication.service(broker, "orders").with(Orders.class, Socket.class).start();
		gateway = TestApplication.gateway(broker)
			.properties("natsproxy.gateway.access-log.enabled=true", "natsproxy.gateway.access-log.format=json",
					"server.http2.enabled=true", "natsproxy.gateway.trusted-proxies=127.0.0.1",
					"natsproxy.gateway.timeout=60s", "natsproxy.gateway.client.rate-grace-period=1s")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
		service.close();
		peer.close();
		broker.close();
	}

	@BeforeEach
	void listen() {
		logger.setLevel(Level.INFO);
		logger.setAdditive(false);
		this.lines.start();
		logger.addAppender(this.lines);
	}

	@AfterEach
	void stopListening() {
		logger.detachAppender(this.lines);
		logger.setAdditive(true);
		logger.setLevel(null);
	}

	/**
	 * Listens once more, after an application has started, which may have set up logging
	 * anew.
	 */
	private void listenAgain() {
		stopListening();
		listen();
	}

	/**
	 * Waits for so many lines, of which there must not be more.
	 */
	private List<JsonNode> lines(int count) {
		await().atMost(PATIENCE).until(() -> this.lines.list.size() >= count);
		List<String> texts = List.copyOf(this.lines.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
		assertThat(texts).hasSize(count)
			.allSatisfy((text) -> assertThat(text.chars()).allMatch((c) -> c >= ' ' && c < 0x7F));
		return texts.stream().map(JsonMapper.shared()::readTree).toList();
	}

	private JsonNode line() {
		return lines(1).get(0);
	}

	private static @Nullable String text(JsonNode line, String name) {
		JsonNode value = line.get(name);
		return (value != null) ? value.asString() : null;
	}

	private static void assertLine(JsonNode line, String target, int status, String outcome) {
		assertThat(text(line, "target")).as(line.toString()).isEqualTo(target);
		assertThat(line.path("status").asInt(0)).as(line.toString()).isEqualTo(status);
		assertThat(text(line, "outcome")).as(line.toString()).isEqualTo(outcome);
	}

	private static RawHttpClient.Response get(String target, String... headers) {
		return RawHttpClient.get(gateway.port(), target, headers);
	}

	private void awaitRoutes() {
		await().atMost(PATIENCE).until(() -> {
			this.lines.list.clear();
			get("/orders/0");
			await().atMost(PATIENCE).until(() -> !this.lines.list.isEmpty());
			return this.lines.list.get(0).getFormattedMessage().contains("\"route\"");
		});
		this.lines.list.clear();
	}

	@Test
	void requestThatAServiceAnswers() {
		awaitRoutes();
		get("/orders/7?a=b", "X-Forwarded-For: 192.0.2.7", "Referer: https://shop.example/", "User-Agent: curl/8.1");
		JsonNode line = line();
		assertLine(line, "/orders/7?a=b", 200, "answered");
		assertThat(text(line, "route")).isEqualTo("/orders/{id}");
		assertThat(text(line, "service")).isEqualTo("orders");
		assertThat(text(line, "method")).isEqualTo("GET");
		assertThat(text(line, "protocol")).isEqualTo("HTTP/1.1");
		assertThat(text(line, "client")).isEqualTo("192.0.2.7");
		assertThat(text(line, "peer")).isEqualTo("127.0.0.1");
		assertThat(text(line, "referer")).isEqualTo("https://shop.example/");
		assertThat(text(line, "userAgent")).isEqualTo("curl/8.1");
		assertThat(line.get("bytes").asInt()).isEqualTo("order 7".length());
		assertThat(line.get("upstream").asDouble()).isPositive();
		assertThat(line.get("duration").asDouble()).isGreaterThanOrEqualTo(line.get("upstream").asDouble());
	}

	@ParameterizedTest
	@CsvSource({ "/nobody, 503, no-responders", "/broken, 502, bad-reply", "/options, 405, method-not-allowed" })
	void requestThatNoServiceAnswersRightly(String target, int status, String outcome) {
		get(target);
		assertLine(line(), target, status, outcome);
	}

	@Test
	void requestThatTheApplicationAnswersByItself() {
		RawHttpClient.exchange(gateway.port(), RawHttpClient.request("OPTIONS", "*"));
		assertLine(line(), "*", 204, "local");
	}

	@Test
	void requestsThatAreRefusedBeforeAnybodyIsAsked() {
		get("/%zz");
		get("/orders/1", "Host: b");
		RawHttpClient.exchange(gateway.port(), "\u0001\u0002 nonsense\r\n\r\n");
		RawHttpClient.exchange(gateway.port(),
				RawHttpClient.request("GET", "/many", "x: y\r\n".repeat(200).stripTrailing()));
		List<JsonNode> lines = lines(4);
		assertLine(lines.get(0), "/%zz", 400, "malformed");
		assertLine(lines.get(1), "/orders/1", 400, "malformed");
		assertThat(lines.get(2).path("status").asInt()).isEqualTo(400);
		assertThat(text(lines.get(2), "outcome")).isEqualTo("malformed");
		assertLine(lines.get(3), "/many", 431, "head-too-large");
		assertThat(lines).allSatisfy((line) -> assertThat(line.get("bytes").asInt()).isPositive());
	}

	@Test
	void pipelinedRequestsHaveTheirLinesInTheirOrder() {
		try (RawHttpClient client = new RawHttpClient(gateway.port())) {
			client.send(RawHttpClient.request("GET", "/orders/1") + RawHttpClient.request("GET", "/nobody")
					+ RawHttpClient.request("GET", "/%zz"));
			client.read();
			client.read();
			client.read();
		}
		List<JsonNode> lines = lines(3);
		assertLine(lines.get(0), "/orders/1", 200, "answered");
		assertLine(lines.get(1), "/nobody", 503, "no-responders");
		assertLine(lines.get(2), "/%zz", 400, "malformed");
	}

	@Test
	void whatAClientSendsCannotMakeAnotherLineOrMember() {
		String hostile = "\",\"outcome\":\"answered\"}\\\u001b[2J\u00e2\u0080\u00ae<script>";
		get("/nobody?\"a\"=%0d%0a", "User-Agent: " + hostile);
		JsonNode line = line();
		assertThat(text(line, "outcome")).isIn("no-responders", "malformed");
		assertThat(this.lines.list.get(0).getFormattedMessage()).doesNotContain("<script>");
	}

	@Test
	void clientThatDoesNotWait() {
		RawHttpClient client = new RawHttpClient(gateway.port()).send(RawHttpClient.request("GET", "/silent"));
		await().atMost(PATIENCE).until(() -> gateway.inFlight() == 1);
		client.close();
		assertLine(line(), "/silent", 0, "client-gone");
		SharedGateway.awaitNothingInFlight(gateway);
	}

	@Test
	void responseThatBreaksOff() throws Exception {
		String own = peer.connection().createInbox();
		CompletableFuture<String> replySubject = new CompletableFuture<>();
		peer.on("GET:.breaks", (message) -> {
			peer.connection()
				.publish(message.getReplyTo(), own,
						new Headers().add("Natsproxy-Status", "200").add("Natsproxy-Body", "stream"),
						"begun".getBytes(StandardCharsets.US_ASCII));
			replySubject.complete(message.getReplyTo());
		});
		try (RawHttpClient client = new RawHttpClient(gateway.port())) {
			client.send(RawHttpClient.request("GET", "/breaks"));
			client.readBytes(20);
			peer.connection()
				.publish(replySubject.join(), new Headers().add("Natsproxy-Frame", "error 1"), new byte[0]);
			JsonNode line = line();
			assertLine(line, "/breaks", 200, "broken-off");
			assertThat(line.get("bytes").asInt()).isEqualTo("begun".length());
		}
	}

	@Test
	void requestsOfHttp2() {
		try (RawHttp2Client client = new RawHttp2Client(gateway.port(), 65_535)) {
			client.request(1, RawHttp2Client.END_STREAM, "GET", "/orders/2", "user-agent", "h2");
			assertThat(client.status()).isEqualTo(200);
			assertLine(line(), "/orders/2", 200, "answered");
			assertThat(text(line(), "protocol")).isEqualTo("HTTP/2.0");
			assertThat(text(line(), "userAgent")).isEqualTo("h2");
			assertThat(line().get("bytes").asInt()).isEqualTo("order 2".length());
			client.request(3, RawHttp2Client.END_STREAM, "GET", "/%zz");
			assertThat(client.status()).isEqualTo(400);
			assertLine(lines(2).get(1), "/%zz", 400, "malformed");
			client.request(5, RawHttp2Client.END_STREAM, "GET", "/silent");
			await().atMost(PATIENCE).until(() -> gateway.inFlight() == 1);
			client.frame(RawHttp2Client.RST_STREAM, 0, 5, new byte[] { 0, 0, 0, 8 });
			assertLine(lines(3).get(2), "/silent", 0, "client-gone");
			client.request(7, RawHttp2Client.END_STREAM, "GET", "/silent");
			await().atMost(PATIENCE).until(() -> gateway.inFlight() == 1);
		}
		assertLine(lines(4).get(3), "/silent", 0, "client-gone");
		SharedGateway.awaitNothingInFlight(gateway);
	}

	@Test
	void requestThatChangesToHttp2() throws Exception {
		HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
		for (int i = 1; i <= 2; i++) {
			HttpRequest request = HttpRequest
				.newBuilder(URI.create("http://localhost:" + gateway.port() + "/orders/" + i))
				.build();
			assertThat(client.send(request, BodyHandlers.ofString()).version()).isEqualTo(HttpClient.Version.HTTP_2);
			assertLine(lines(i).get(i - 1), "/orders/" + i, 200, "answered");
		}
	}

	@Test
	void requestsOverTls(@TempDir Path directory) throws Exception {
		Path store = GatewayKeyStore.create(directory);
		try (TestApplication secured = TestApplication.gateway(broker)
			.properties("natsproxy.gateway.access-log.enabled=true", "natsproxy.gateway.access-log.format=json",
					"server.http2.enabled=true", "server.ssl.key-store=" + store,
					"server.ssl.key-store-password=secret")
			.start()) {
			listenAgain();
			SSLContext tls = SSLContext.getInstance("TLS");
			tls.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
			for (HttpClient.Version version : HttpClient.Version.values()) {
				this.lines.list.clear();
				HttpClient client = HttpClient.newBuilder().version(version).sslContext(tls).build();
				HttpRequest.Builder request = HttpRequest.newBuilder()
					.uri(URI.create("https://localhost:" + secured.port() + "/orders/7"));
				assertThat(client.send(request.build(), BodyHandlers.ofString()).version()).isEqualTo(version);
				for (int i = 0; i < 200; i++) {
					request.header("x", "y");
				}
				client.send(request.build(), BodyHandlers.ofString());
				List<JsonNode> lines = lines(2);
				assertLine(lines.get(0), "/orders/7", 200, "answered");
				assertLine(lines.get(1), "/orders/7", 431, "head-too-large");
				assertThat(text(lines.get(0), "protocol"))
					.isEqualTo((version == HttpClient.Version.HTTP_2) ? "HTTP/2.0" : "HTTP/1.1");
			}
		}
	}

	@Test
	void webSocketHasALineForItsHandshakeAndOneForItsEnd() {
		new ReactorNettyWebSocketClient()
			.execute(URI.create("ws://localhost:" + gateway.port() + "/socket"),
					(session) -> session.send(Mono.just(session.textMessage("hello"))).then(session.receive().then()))
			.block(PATIENCE);
		List<JsonNode> lines = lines(2);
		assertLine(lines.get(0), "/socket", 101, "upgraded");
		assertThat(lines.get(0).get("upstream").asDouble()).isPositive();
		assertLine(lines.get(1), "/socket", 101, "closed");
		assertThat(lines.get(1).get("close").asInt()).isEqualTo(4000);
		assertThat(lines.get(1).get("bytes").asInt()).isGreaterThanOrEqualTo("echo hello".length());
		assertThat(lines.get(1).get("received").asInt()).isGreaterThanOrEqualTo("hello".length());
	}

	@Test
	void clientThatClosesAWebSocketTellsTheCode() {
		try (RawHttpClient client = new RawHttpClient(gateway.port())) {
			client.send(handshake("/socket"));
			assertThat(client.read().status()).isEqualTo(101);
			// A close frame with the code 4001, whose mask is zero.
			client.send(new byte[] { (byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x0f, (byte) 0xa1 });
			assertLine(lines(2).get(1), "/socket", 101, "closed");
			assertThat(lines(2).get(1).get("close").asInt()).isEqualTo(4001);
		}
	}

	private static String handshake(String target, String... headers) {
		String[] fields = { "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
				"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==" };
		return RawHttpClient.request("GET", target,
				Stream.concat(Stream.of(fields), Stream.of(headers)).toArray(String[]::new));
	}

	@Test
	void handshakeThatIsRefused() {
		RawHttpClient.exchange(gateway.port(), handshake("/socket", "Origin: https://elsewhere.example"));
		assertLine(line(), "/socket", 403, "origin");
	}

	@Test
	void thereIsNoneUnlessItIsAskedFor() {
		try (TestApplication silent = TestApplication.gateway(broker).start()) {
			assertThat(silent.context().getBeanProvider(AccessLog.class).getIfAvailable()).isNull();
			assertThat(RawHttpClient.get(silent.port(), "/orders/7").status()).isEqualTo(200);
		}
		listenAgain();
		get("/orders/8");
		assertLine(line(), "/orders/8", 200, "answered");
	}

	@NatsController
	static class Orders {

		@NatsGet("/orders/{id}")
		String order(@PathVariable String id) {
			return "order " + id;
		}

	}

	@NatsWebSocket("/socket")
	static class Socket implements WebSocketHandler {

		@Override
		public Mono<Void> handle(WebSocketSession session) {
			return session
				.send(session.receive()
					.take(1)
					.map((message) -> session.textMessage("echo " + message.getPayloadAsText())))
				.then(session.close(new CloseStatus(4000)));
		}

	}

}
