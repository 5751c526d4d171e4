package io.natsproxy.it.interop;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A client of a WebSocket, which notes what it gets as lines.
 */
final class TestSocket implements WebSocket.Listener {

	private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

	private final StringBuilder text = new StringBuilder();

	private WebSocket socket;

	static TestSocket open(HttpClient client, URI uri, String... headers) {
		TestSocket socket = new TestSocket();
		WebSocket.Builder builder = client.newWebSocketBuilder();
		for (int i = 0; i < headers.length; i += 2) {
			builder.header(headers[i], headers[i + 1]);
		}
		socket.socket = builder.buildAsync(uri, socket).join();
		return socket;
	}

	TestSocket send(String text) {
		this.socket.sendText(text, true).join();
		return this;
	}

	TestSocket send(byte[] binary) {
		this.socket.sendBinary(ByteBuffer.wrap(binary), true).join();
		return this;
	}

	void close(int code, String reason) {
		this.socket.sendClose(code, reason).join();
	}

	void abort() {
		this.socket.abort();
	}

	/**
	 * The next message, or the close frame.
	 */
	String next() {
		try {
			String line = this.received.poll(30, TimeUnit.SECONDS);
			return (line != null) ? line : "nothing";
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
		this.text.append(data);
		if (last) {
			this.received.add("text " + this.text);
			this.text.setLength(0);
		}
		webSocket.request(1);
		return null;
	}

	@Override
	public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
		this.received.add("binary " + data.remaining());
		webSocket.request(1);
		return null;
	}

	@Override
	public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
		this.received.add("close " + code + " " + reason);
		return null;
	}

	@Override
	public void onError(WebSocket webSocket, Throwable ex) {
		this.received.add("error " + ex);
	}

}
