package io.natsproxy.it.agent;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A WebSocket client that takes one message at a time, when it is asked for.
 */
final class TestClient implements WebSocket.Listener, AutoCloseable {

	private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

	private final CompletableFuture<String> closed = new CompletableFuture<>();

	private final StringBuilder text = new StringBuilder();

	private int binary;

	private WebSocket socket;

	static TestClient open(int port, String path, String... subProtocols) {
		TestClient client = new TestClient();
		WebSocket.Builder builder = HttpClient.newHttpClient()
			.newWebSocketBuilder()
			.connectTimeout(Duration.ofSeconds(20));
		if (subProtocols.length > 0) {
			builder.subprotocols(subProtocols[0], Arrays.copyOfRange(subProtocols, 1, subProtocols.length));
		}
		client.socket = builder.buildAsync(URI.create("ws://localhost:" + port + path), client).join();
		return client;
	}

	@Override
	public void onOpen(WebSocket webSocket) {
		// Nothing is asked for yet.
	}

	@Override
	public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
		this.text.append(data);
		if (last) {
			this.received.add(this.text.toString());
			this.text.setLength(0);
		}
		else {
			webSocket.request(1);
		}
		return null;
	}

	@Override
	public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
		this.binary += data.remaining();
		if (last) {
			this.received.add("binary " + this.binary);
			this.binary = 0;
		}
		else {
			webSocket.request(1);
		}
		return null;
	}

	@Override
	public CompletionStage<?> onPong(WebSocket webSocket, ByteBuffer message) {
		this.received.add("pong " + message.remaining());
		return null;
	}

	@Override
	public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
		this.closed.complete((statusCode + " " + reason).trim());
		return null;
	}

	@Override
	public void onError(WebSocket webSocket, Throwable error) {
		this.closed.complete(error.toString());
	}

	String subProtocol() {
		return this.socket.getSubprotocol();
	}

	TestClient text(String text) {
		this.socket.sendText(text, true).join();
		return this;
	}

	CompletableFuture<WebSocket> send(ByteBuffer data) {
		return this.socket.sendBinary(data, true);
	}

	void ping() {
		this.socket.sendPing(ByteBuffer.allocate(4)).join();
	}

	void close(int code, String reason) {
		this.socket.sendClose(code, reason).join();
	}

	void abort() {
		this.socket.abort();
	}

	String read() throws InterruptedException {
		this.socket.request(1);
		String message = this.received.poll(20, TimeUnit.SECONDS);
		assertThat(message).as("message").isNotNull();
		return message;
	}

	/**
	 * Waits for the close frame, and returns its code and reason.
	 */
	String awaitClose() throws Exception {
		this.socket.request(Long.MAX_VALUE);
		return this.closed.get(20, TimeUnit.SECONDS);
	}

	@Override
	public void close() {
		this.socket.abort();
	}

}
