package io.natsproxy.it.route;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.natsproxy.gateway.declared.subscribe.SubscribeHandlers;
import io.natsproxy.it.gateway.Peer;
import io.natsproxy.it.gateway.RawHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Messages of subjects, which clients get by WebSockets.
 */
@Timeout(60)
class SubscribeWebSocketIntegrationTests {

	@RegisterExtension
	static final RouteGateway routes = RouteGateway.create()
		.route("path=/socket", "subscribe.subject=socket")
		.route("path=/short", "subscribe.subject=short", "subscribe.max-duration=1s")
		.route("path=/only", "subscribe.subject=only", "subscribe.as=websocket")
		.route("path=/events", "subscribe.subject=events", "subscribe.as=sse");

	private final Peer peer = routes.peer();

	private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

	@Test
	void messagesAreThoseOfTheSubject() throws Exception {
		WebSocket socket = connect("/socket");
		this.peer.publish("socket", null, "text");
		this.peer.connection().publish("socket", new byte[] { (byte) 0xFF });
		this.peer.publish("socket", null, "");
		assertThat(next()).isEqualTo("text:text");
		assertThat(next()).isEqualTo("binary:1");
		assertThat(next()).isEqualTo("text:");
		socket.sendText("ignored", true).join();
		this.peer.publish("socket", null, "more");
		assertThat(next()).isEqualTo("text:more");
		socket.sendClose(1000, "").join();
		assertThat(next()).isEqualTo("closed:1000");
		await().untilAsserted(() -> assertThat(subscriptions()).isZero());
	}

	@Test
	void clientThatSendsTooMuchIsClosed() throws Exception {
		WebSocket socket = connect("/socket");
		socket.sendBinary(ByteBuffer.allocate(40 * 1024), true).join();
		socket.sendBinary(ByteBuffer.allocate(40 * 1024), true);
		assertThat(next()).isEqualTo("closed:1008");
		await().untilAsserted(() -> assertThat(subscriptions()).isZero());
	}

	@Test
	void webSocketEndsAfterItsLongestDuration() throws Exception {
		connect("/short");
		assertThat(next()).isEqualTo("closed:1000");
	}

	@Test
	void clientThatGoesLeaves() throws Exception {
		connect("/socket").abort();
		await().untilAsserted(() -> assertThat(subscriptions()).isZero());
	}

	@Test
	void stoppingGatewayGoesAway() throws Exception {
		connect("/socket");
		SubscribeHandlers handlers = routes.gateway().bean(SubscribeHandlers.class);
		handlers.stop();
		assertThat(next()).isEqualTo("closed:1001");
		handlers.start();
	}

	@Test
	void otherRequestsAreNotAcceptable() {
		assertThat(RawHttpClient.get(routes.port(), "/only").status()).isEqualTo(406);
	}

	@Test
	void handshakeOfARouteWithoutWebSocketsIsRefused() {
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> connect("/unknown"));
	}

	private WebSocket connect(String path) {
		return HttpClient.newHttpClient()
			.newWebSocketBuilder()
			.buildAsync(URI.create("ws://localhost:" + routes.port() + path), new Listener())
			.join();
	}

	private String next() throws InterruptedException {
		return this.received.poll(30, TimeUnit.SECONDS);
	}

	private static int subscriptions() {
		return routes.gateway().bean(SubscribeHandlers.class).subscriptions();
	}

	private final class Listener implements WebSocket.Listener {

		@Override
		public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
			SubscribeWebSocketIntegrationTests.this.received.add("text:" + data);
			socket.request(1);
			return null;
		}

		@Override
		public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
			SubscribeWebSocketIntegrationTests.this.received.add("binary:" + data.remaining());
			socket.request(1);
			return null;
		}

		@Override
		public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
			SubscribeWebSocketIntegrationTests.this.received.add("closed:" + code);
			return null;
		}

	}

}
