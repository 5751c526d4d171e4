package io.natsproxy.samples.chat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * A visitor without a browser.
 */
final class Visitor implements WebSocket.Listener, AutoCloseable {

	private static final HttpClient client = HttpClient.newHttpClient();

	private final StringBuilder partial = new StringBuilder();

	private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();

	private final CompletableFuture<String> closed = new CompletableFuture<>();

	private final WebSocket socket;

	/**
	 * Enters a room.
	 */
	Visitor(URI gateway, String room, String name) throws Exception {
		URI uri = URI.create("ws://" + gateway.getAuthority() + "/chat/" + encode(room) + "?name=" + encode(name));
		this.socket = client.newWebSocketBuilder().buildAsync(uri, this).get(30, TimeUnit.SECONDS);
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
	}

	void say(String text) throws Exception {
		this.socket.sendText(text, true).get(30, TimeUnit.SECONDS);
	}

	WebSocket socket() {
		return this.socket;
	}

	/**
	 * Waits for the next message.
	 */
	String next() throws InterruptedException {
		String message = this.messages.poll(30, TimeUnit.SECONDS);
		if (message == null) {
			throw new AssertionError("No message came");
		}
		return message;
	}

	/**
	 * Waits until the other end closes the WebSocket.
	 * @return code and reason
	 */
	String closed() throws Exception {
		return this.closed.get(30, TimeUnit.SECONDS);
	}

	@Override
	public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
		this.partial.append(data);
		if (last) {
			this.messages.add(this.partial.toString());
			this.partial.setLength(0);
		}
		socket.request(1);
		return null;
	}

	@Override
	public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
		this.closed.complete(code + " " + reason);
		return null;
	}

	@Override
	public void onError(WebSocket socket, Throwable ex) {
		this.closed.completeExceptionally(ex);
	}

	@Override
	public void close() {
		this.socket.abort();
	}

}
