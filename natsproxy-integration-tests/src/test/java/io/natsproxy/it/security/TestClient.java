package io.natsproxy.it.security;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An HTTP client of a gateway.
 */
final class TestClient {

	static final Duration PATIENCE = Duration.ofSeconds(30);

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final int port;

	TestClient(int port) {
		this.port = port;
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path)).timeout(PATIENCE);
	}

	HttpResponse<String> get(String path) throws Exception {
		return this.http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
	}

	HttpResponse<String> send(String method, String path, byte[] body) throws Exception {
		return this.http.send(request(path).method(method, HttpRequest.BodyPublishers.ofByteArray(body)).build(),
				HttpResponse.BodyHandlers.ofString());
	}

	/**
	 * Sends a request whose response is read by the caller, and closed to cancel it.
	 */
	InputStream open(String path) throws Exception {
		HttpResponse<InputStream> response = this.http.send(request(path).build(),
				HttpResponse.BodyHandlers.ofInputStream());
		assertThat(response.statusCode()).isEqualTo(200);
		return response.body();
	}

	/**
	 * Opens a WebSocket.
	 */
	Socket socket(String path) throws Exception {
		Socket socket = new Socket();
		socket.socket = this.http.newWebSocketBuilder()
			.buildAsync(URI.create("ws://localhost:" + this.port + path), socket)
			.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		return socket;
	}

	/**
	 * A WebSocket.
	 */
	static final class Socket implements WebSocket.Listener, AutoCloseable {

		private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

		private volatile WebSocket socket;

		@Override
		public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
			this.events.add(text.toString());
			socket.request(1);
			return null;
		}

		@Override
		public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
			this.events.add("closed " + code);
			return null;
		}

		@Override
		public void onError(WebSocket socket, Throwable error) {
			this.events.add("failed " + error);
		}

		void send(String text) throws Exception {
			this.socket.sendText(text, true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}

		/**
		 * Returns the next text, or {@code closed} and the code.
		 */
		String next() throws Exception {
			return this.events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}

		@Override
		public void close() {
			this.socket.abort();
		}

	}

}
