package io.natsproxy.it.socket;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.support.TestApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The service decides on the upgrade, and the gateway on what is no proper handshake.
 */
class WebSocketHandshakeIntegrationTests {

	@RegisterExtension
	static SocketChain chain = new SocketChain();

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			Sec-WebSocket-Protocol: v1.chat                                           | v1.chat
			Sec-WebSocket-Protocol: other, v1.chat , v2.chat                          | v1.chat
			Sec-WebSocket-Protocol: v2.chat,v1.chat                                   | v2.chat
			Sec-WebSocket-Protocol: other\\nSec-WebSocket-Protocol: another,  v2.chat | v2.chat
			""")
	void chosenSubProtocolIsTheFirstOfferedThatIsSupported(String headers, String chosen) {
		try (SocketPair pair = chain.open(headers.split("\\\\n"))) {
			assertThat(pair.client().response().header("Sec-WebSocket-Protocol")).containsExactly(chosen);
			assertThat(pair.service().session().getHandshakeInfo().getSubProtocol()).isEqualTo(chosen);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "X-Other: no sub-protocol at all", "Sec-WebSocket-Protocol: other" })
	void noSubProtocolIsChosenWhereNoneIsSupported(String header) {
		try (SocketPair pair = chain.open(header)) {
			assertThat(pair.client().response().header("Sec-WebSocket-Protocol")).isEmpty();
			assertThat(pair.service().session().getHandshakeInfo().getSubProtocol()).isNull();
		}
	}

	@Test
	void headersAndCookiesOfTheServiceAreOnTheAcceptance() {
		try (SocketPair pair = chain.open()) {
			RawHttpClient.Response response = pair.client().response();
			assertThat(response.header("X-Order")).containsExactly("first", "second");
			assertThat(response.header("Date")).hasSize(1);
			assertThat(response.header("X-Committed")).containsExactlyInAnyOrder("first", "second");
			assertThat(response.header("Set-Cookie")).containsExactlyInAnyOrder("first=cookie; Path=/; HttpOnly",
					"second=cookie; Path=/; HttpOnly");
			assertThat(response.header("Upgrade")).first().asString().isEqualToIgnoringCase("websocket");
			assertThat(response.headers()).doesNotContainKeys("Content-Length", "Transfer-Encoding",
					"Sec-WebSocket-Extensions");
			assertThat(response.headers().keySet()).noneMatch((name) -> name.toLowerCase().startsWith("natsproxy-"));
		}
	}

	@Test
	void rulesForResponseHeadersHoldForTheAcceptance() {
		try (TestApplication gateway = TestApplication.gateway(chain.broker())
			.properties("natsproxy.gateway.response-headers[0].remove=Set-Cookie,X-Committed",
					"natsproxy.gateway.response-headers[0].set.X-Order=ruled")
			.start(); SocketPair pair = SocketPair.open(gateway.port(), chain.service(), "")) {
			RawHttpClient.Response response = pair.client().response();
			assertThat(response.status()).isEqualTo(101);
			assertThat(response.header("X-Order")).containsExactly("ruled");
			assertThat(response.headers()).doesNotContainKeys("Set-Cookie", "X-Committed");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 200, 302, 401, 403, 404, 418, 503 })
	void anyOtherStatusIsAnOrdinaryResponse(int status) {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			RawHttpClient.Response response = client.send(RawWebSocketClient.handshakeRequest("/ws/guarded/" + status))
				.read();
			assertThat(response.status()).isEqualTo(status);
			assertThat(response.text()).isEqualTo("No: " + status);
			assertThat(response.header("X-Why")).containsExactly("refused");
			assertThat(response.header("Location")).isEqualTo((status == 302) ? List.of("/login") : List.of());
			// The connection is an ordinary one still.
			assertThat(client.send(RawHttpClient.request("GET", "/ws/methods/both")).read().text())
				.isEqualTo("an ordinary response");
		}
	}

	@Test
	void middlewareThatPassesOnLetsTheHandlerAccept() {
		try (RawWebSocketClient client = RawWebSocketClient.open(chain.port(), "/ws/guarded/101")) {
			assertThat(client.readText()).isEqualTo("inside");
			client.expectClose(1000, "");
		}
	}

	@Test
	void whereNobodyIsTheStatusIs503() {
		RawHttpClient.Response response = RawWebSocketClient.handshake(chain.port(), "/ws/nobody/there");
		assertThat(response.status()).as(response.toString()).isEqualTo(503);
		assertThat(response.header("Retry-After")).isNotEmpty();
	}

	@Test
	void serviceThatTakesTooLongIsA504AndItsHandlerIsCancelled() {
		SocketHandlers.slow.clear();
		RawHttpClient.Response response = RawWebSocketClient.handshake(chain.port(), "/ws/slow");
		assertThat(response.status()).as(response.toString()).isEqualTo(504);
		SocketChain.await().untilAsserted(() -> assertThat(SocketHandlers.slow).containsExactly("asked", "cancelled"));
	}

	@Test
	void clientThatLeavesDuringTheHandshakeCancelsTheHandler() {
		SocketHandlers.slow.clear();
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			client.send(RawWebSocketClient.handshakeRequest("/ws/slow"));
			SocketChain.await().until(() -> SocketHandlers.slow.contains("asked"));
			client.reset();
			SocketChain.await(Duration.ofMillis(1500))
				.untilAsserted(() -> assertThat(SocketHandlers.slow).containsExactly("asked", "cancelled"));
		}
	}

	@Test
	void pathMayBeBothAResourceAndAWebSocket() {
		assertThat(RawHttpClient.get(chain.port(), "/ws/methods/both").text()).isEqualTo("an ordinary response");
		try (RawWebSocketClient client = RawWebSocketClient.open(chain.port(), "/ws/methods/both")) {
			assertThat(client.readText()).isEqualTo("a message");
			client.expectClose(1000, "");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/ws/bean", "/ws/methods/three", "/ws/probe/none" })
	void ordinaryRequestForAWebSocketIsNotFound(String path) {
		RawHttpClient.Response response = RawHttpClient.get(chain.port(), path);
		assertThat(response.status()).as(response.toString()).isEqualTo(404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "8", "14", "13, 8", "", "x" })
	void otherVersionIsAnsweredWithTheSupportedOne(String version) {
		RawHttpClient.Response response = RawHttpClient.get(chain.port(), "/ws/bean", "Connection: Upgrade",
				"Upgrade: websocket", "Sec-WebSocket-Version: " + version,
				"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
		assertThat(response.status()).as(response.toString()).isEqualTo(426);
		assertThat(response.header("Sec-WebSocket-Version")).containsExactly("13");
	}

	@ParameterizedTest
	@ValueSource(strings = { "X-No: key", "Sec-WebSocket-Key: c2hvcnQ=", "Sec-WebSocket-Key: not base64!",
			"Sec-WebSocket-Key:" })
	void badKeyIsRefused(String key) {
		RawHttpClient.Response response = RawHttpClient.get(chain.port(), "/ws/bean", "Connection: Upgrade",
				"Upgrade: websocket", "Sec-WebSocket-Version: 13", key);
		assertThat(response.status()).as(response.toString()).isEqualTo(400);
	}

	@ParameterizedTest
	@ValueSource(strings = { "POST", "PUT", "HEAD" })
	void onlyGetIsAHandshake(String method) {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			RawHttpClient.Response response = client
				.send(RawWebSocketClient.handshakeRequest("/ws/bean").replaceFirst("GET", method))
				.read(method.equals("HEAD"));
			assertThat(response.status()).as(response.toString()).isIn(404, 405, 503);
		}
	}

	@Test
	void tokensOfTheHandshakeAreReadWithoutCaseAndAmongOthers() {
		String request = RawHttpClient.request("GET", "/ws/bean", "Connection: keep-alive, UPGRADE",
				"Upgrade: WebSocket", "sec-websocket-version: 13", "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==");
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			assertThat(client.send(request).read().status()).isEqualTo(101);
		}
	}

	@ParameterizedTest
	@CsvSource({ "X-Length: none,101", "Content-Length: 0,101", "Content-Length: 3,400", "Content-Length: 300,400",
			"Transfer-Encoding: chunked,400" })
	void bytesBehindTheHandshakeKeepNoPlace(String header, int status) {
		try (RawHttpClient client = new RawHttpClient(chain.port())) {
			byte[] head = RawWebSocketClient.handshakeRequest("/ws/probe/" + SocketChain.newName(), header)
				.getBytes(StandardCharsets.ISO_8859_1);
			byte[] frame = RawWebSocketClient.frame(0x81, "too early".getBytes());
			byte[] all = Arrays.copyOf(head, head.length + frame.length);
			System.arraycopy(frame, 0, all, head.length, frame.length);
			assertThat(client.send(all).read().status()).isEqualTo(status);
		}
	}

	@Test
	void anotherClientIsUnderstood() throws Exception {
		CompletableFuture<String> received = new CompletableFuture<>();
		CompletableFuture<String> closed = new CompletableFuture<>();
		WebSocket.Listener listener = new WebSocket.Listener() {

			@Override
			public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
				received.complete(data.toString());
				return WebSocket.Listener.super.onText(webSocket, data, last);
			}

			@Override
			public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
				closed.complete(code + " " + reason);
				return null;
			}

		};
		String name = SocketChain.newName();
		WebSocket client = HttpClient.newHttpClient()
			.newWebSocketBuilder()
			.subprotocols("other", "v1.chat")
			.buildAsync(URI.create("ws://127.0.0.1:" + chain.port() + "/ws/probe/" + name), listener)
			.get(30, TimeUnit.SECONDS);
		assertThat(client.getSubprotocol()).isEqualTo("v1.chat");
		ServiceSocket service = chain.socket(name);
		client.sendText("from ", false).get(30, TimeUnit.SECONDS);
		client.sendText("the JDK", true).get(30, TimeUnit.SECONDS);
		assertThat(service.next().text()).isEqualTo("from the JDK");
		service.sendText("to the JDK");
		assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo("to the JDK");
		service.close(4000, "bye");
		assertThat(closed.get(30, TimeUnit.SECONDS)).isEqualTo("4000 bye");
	}

}
