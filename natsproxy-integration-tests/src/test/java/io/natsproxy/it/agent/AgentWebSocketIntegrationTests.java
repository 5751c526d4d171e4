package io.natsproxy.it.agent;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.natsproxy.it.gateway.RawHttpClient;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * WebSockets through a gateway and an agent to Reactor Netty: the upstream decides.
 */
class AgentWebSocketIntegrationTests {

	private static final int MESSAGE = 10_000;

	private static final BlockingQueue<WebSocketCloseStatus> closed = new LinkedBlockingQueue<>();

	private static final BlockingQueue<HttpServerRequest> handshakes = new LinkedBlockingQueue<>();

	private static final AtomicLong produced = new AtomicLong();

	/**
	 * Ends the WebSockets that the upstream does not read.
	 */
	private static Sinks.Empty<Void> unread = Sinks.empty();

	private static AgentChain chain;

	@BeforeAll
	static void start() {
		chain = new AgentChain(AgentWebSocketIntegrationTests::handle);
	}

	@AfterAll
	static void stop() {
		chain.close();
	}

	@BeforeEach
	void forget() {
		closed.clear();
		handshakes.clear();
		produced.set(0);
		unread = Sinks.empty();
	}

	@AfterEach
	void nothingIsLeft() {
		chain.awaitNothingLeft();
	}

	private static Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
		handshakes.add(request);
		return switch (request.uri()) {
			case "/forbidden" -> response.status(401)
				.header("WWW-Authenticate", "Basic realm=\"x\"")
				.header("X-Forbidden", "yes")
				.sendString(Mono.just("Who are you?"));
			case "/long-refusal" -> response.status(404).sendString(Mono.just("x".repeat(100_000)));
			case "/page" -> response.sendString(Mono.just("no WebSocket"));
			case "/silent" -> Mono.never();
			default -> response.addHeader("Set-Cookie", "a=1")
				.sendWebsocket((inbound, outbound) -> socket(request.uri(), inbound, outbound), spec(request));
		};
	}

	/**
	 * Without a sub-protocol that the client has offered too, the server would do
	 * nothing.
	 */
	private static WebsocketServerSpec spec(HttpServerRequest request) {
		WebsocketServerSpec.Builder builder = WebsocketServerSpec.builder().maxFramePayloadLength(1_000_000);
		boolean chat = request.requestHeaders().get("Sec-WebSocket-Protocol", "").contains("chat");
		return (chat ? builder.protocols("chat") : builder).build();
	}

	private static Publisher<Void> socket(String path, WebsocketInbound inbound, WebsocketOutbound outbound) {
		inbound.receiveCloseStatus().subscribe(closed::add);
		return switch (path) {
			case "/close" -> outbound.sendString(Mono.just("bye")).then(outbound.sendClose(4002, "enough"));
			case "/drop" -> outbound.sendString(Mono.just("bye"))
				.then()
				.doOnSuccess((nothing) -> inbound.withConnection((connection) -> connection.channel().close()));
			case "/flood" -> outbound.sendObject(Flux.range(0, 10_000).map((i) -> {
				produced.addAndGet(MESSAGE);
				return new TextWebSocketFrame("x".repeat(MESSAGE));
			}), (frame) -> true);
			case "/unread" -> unread.asMono();
			case "/large" -> outbound.sendString(Mono.just("x".repeat(200_000))).then(inbound.receive().then());
			case "/ping" -> outbound
				.sendObject(Mono.just(new PingWebSocketFrame(Unpooled.copiedBuffer("p", StandardCharsets.UTF_8))))
				.then(outbound.sendString(inbound.receiveFrames().map((frame) -> frame.getClass().getSimpleName()))
					.then());
			default ->
				outbound.sendObject(inbound.aggregateFrames(1_000_000).receiveFrames().map((frame) -> frame.retain()));
		};
	}

	private static WebSocketCloseStatus closedAtUpstream() throws InterruptedException {
		WebSocketCloseStatus status = closed.poll(20, TimeUnit.SECONDS);
		assertThat(status).as("close at the upstream").isNotNull();
		return status;
	}

	private static RawHttpClient.Response handshake(String path) {
		return RawHttpClient.exchange(chain.port(), RawHttpClient.request("GET", path, "Connection: Upgrade",
				"Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
	}

	@Test
	void messagesGoBothWays() throws Exception {
		try (TestClient client = TestClient.open(chain.port(), "/echo")) {
			assertThat(client.text("hello").read()).isEqualTo("hello");
			assertThat(client.text("").read()).isEmpty();
			assertThat(client.text("\u4e16".repeat(5_000)).read()).isEqualTo("\u4e16".repeat(5_000));
			client.send(ByteBuffer.allocate(60_000));
			assertThat(client.read()).isEqualTo("binary 60000");
			client.close(1000, "");
			assertThat(client.awaitClose()).isEqualTo("1000");
		}
	}

	@Test
	void subProtocolIsTheUpstreams() throws Exception {
		try (TestClient client = TestClient.open(chain.port(), "/echo", "other", "chat")) {
			assertThat(client.subProtocol()).isEqualTo("chat");
		}
		try (TestClient client = TestClient.open(chain.port(), "/echo", "other")) {
			assertThat(client.subProtocol()).isEmpty();
			assertThat(client.text("hello").read()).isEqualTo("hello");
		}
		try (TestClient client = TestClient.open(chain.port(), "/echo")) {
			assertThat(client.subProtocol()).isEmpty();
		}
	}

	@Test
	void fieldsGoBothWays() throws Exception {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			RawHttpClient.Response response = client
				.send(RawHttpClient.request("GET", "/echo?a=%2F", "Connection: Upgrade", "Upgrade: websocket",
						"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Cookie: c=d",
						"Sec-WebSocket-Extensions: permessage-deflate"))
				.read();
			assertThat(response.status()).isEqualTo(101);
			assertThat(response.header("Set-Cookie")).containsExactly("a=1");
			assertThat(response.header("Sec-WebSocket-Accept")).containsExactly("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
			assertThat(response.header("Sec-WebSocket-Extensions")).isEmpty();
			HttpServerRequest request = handshakes.poll(20, TimeUnit.SECONDS);
			assertThat(request.uri()).isEqualTo("/echo?a=%2F");
			assertThat(request.requestHeaders().get("Cookie")).isEqualTo("c=d");
			assertThat(request.requestHeaders().getAll("Via")).containsExactly("1.1 natsproxy-agent");
			assertThat(request.requestHeaders().contains("Origin")).isFalse();
			assertThat(request.requestHeaders().contains("Sec-WebSocket-Extensions")).isFalse();
			assertThat(request.requestHeaders().contains("X-Forwarded-For")).isTrue();
			assertThat(request.requestHeaders().get("User-Agent", "")).doesNotContain("ReactorNetty");
		}
	}

	@Test
	void refusalIsTheUpstreams() {
		RawHttpClient.Response response = handshake("/forbidden");
		assertThat(response.status()).isEqualTo(401);
		assertThat(response.header("WWW-Authenticate")).containsExactly("Basic realm=\"x\"");
		assertThat(response.header("X-Forbidden")).containsExactly("yes");
		assertThat(response.text()).isEqualTo("Who are you?");
		assertThat(handshake("/page").text()).isEqualTo("no WebSocket");
		response = handshake("/long-refusal");
		assertThat(response.status()).isEqualTo(404);
		assertThat(response.text()).contains("\"status\":404");
	}

	@Test
	void targetThatIsNoUriIsRefused() {
		assertThat(handshake("/echo?a=%zz").status()).isEqualTo(400);
	}

	@Test
	void placesAreGivenBack() throws Exception {
		for (int i = 0; i < 30; i++) {
			assertThat(handshake("/forbidden").status()).isEqualTo(401);
		}
		List<TestClient> clients = new ArrayList<>();
		try {
			for (int i = 0; i < 20; i++) {
				clients.add(TestClient.open(chain.port(), "/echo"));
			}
			assertThat(handshake("/echo").status()).isEqualTo(503);
		}
		finally {
			clients.forEach(TestClient::close);
		}
		chain.awaitNothingLeft();
		try (TestClient client = TestClient.open(chain.port(), "/echo")) {
			assertThat(client.text("hello").read()).isEqualTo("hello");
		}
	}

	@Test
	void clientsCloseIsToldToTheUpstream() throws Exception {
		try (TestClient client = TestClient.open(chain.port(), "/echo")) {
			client.close(4001, "done");
			WebSocketCloseStatus status = closedAtUpstream();
			assertThat(status.code()).isEqualTo(4001);
			assertThat(status.reasonText()).isEqualTo("done");
		}
	}

	@Test
	void clientThatIsGoneIsGoneForTheUpstream() throws Exception {
		TestClient client = TestClient.open(chain.port(), "/echo");
		assertThat(client.text("hello").read()).isEqualTo("hello");
		client.abort();
		chain.awaitNothingLeft();
	}

	@Test
	void upstreamsCloseIsToldToTheClient() throws Exception {
		try (TestClient client = TestClient.open(chain.port(), "/close")) {
			assertThat(client.read()).isEqualTo("bye");
			assertThat(client.awaitClose()).isEqualTo("4002 enough");
		}
	}

	@Test
	void upstreamThatIsGoneIsABadGateway() throws Exception {
		try (TestClient client = TestClient.open(chain.port(), "/drop")) {
			assertThat(client.read()).isEqualTo("bye");
			assertThat(client.awaitClose()).startsWith("1014");
		}
	}

	@Test
	void messageThatIsTooLongEndsBothEnds() throws Exception {
		try (TestClient client = TestClient.open(chain.port(), "/large")) {
			assertThat(client.awaitClose()).startsWith("1014");
			// Whether the close frame gets there depends on what the kernel has not read.
			closedAtUpstream();
		}
	}

	@Test
	void pingsOfTheUpstreamAreAnswered() throws Exception {
		try (TestClient client = TestClient.open(chain.port(), "/ping")) {
			assertThat(client.read()).isEqualTo("PongWebSocketFrame");
		}
	}

	@Test
	void slowClientHoldsTheUpstreamBack() throws Exception {
		try (TestClient client = TestClient.open(chain.port(), "/flood")) {
			assertThat(client.read()).hasSize(MESSAGE);
			awaitStandstill(produced);
			assertThat(produced.get()).isLessThan(10_000L * MESSAGE);
			assertThat(chain.memoryUsed()).isLessThan(1024 * 1024);
			for (int i = 0; i < 1_000; i++) {
				assertThat(client.read()).hasSize(MESSAGE);
			}
		}
	}

	@Test
	void upstreamThatReadsNothingHoldsTheClientBack() throws Exception {
		AtomicLong sent = new AtomicLong();
		try (TestClient client = TestClient.open(chain.port(), "/unread")) {
			Thread sender = new Thread(() -> {
				for (int i = 0; i < 10_000 && !Thread.currentThread().isInterrupted(); i++) {
					try {
						client.send(ByteBuffer.allocate(MESSAGE)).join();
						sent.addAndGet(MESSAGE);
					}
					catch (CompletionException ex) {
						// The test is over.
						return;
					}
				}
			});
			sender.setDaemon(true);
			sender.start();
			AgentChain.await().until(() -> sent.get() > 0);
			awaitStandstill(sent);
			assertThat(sent.get()).isLessThan(10_000L * MESSAGE);
			assertThat(chain.memoryUsed()).isLessThan(1024 * 1024);
			// That the client has gone is behind what it has sent.
			unread.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);
		}
	}

	private static void awaitStandstill(AtomicLong count) {
		AtomicLong last = new AtomicLong(-1);
		AgentChain.await().pollInterval(Duration.ofMillis(200)).until(() -> last.getAndSet(count.get()) == count.get());
	}

	@Test
	void agentThatStopsRestarts() throws Exception {
		try (TestClient client = TestClient.open(chain.port(), "/echo")) {
			assertThat(client.text("hello").read()).isEqualTo("hello");
			chain.replaceAgent();
			assertThat(client.awaitClose()).startsWith("1012");
			assertThat(closedAtUpstream().code()).isEqualTo(1012);
		}
	}

}
