package io.natsproxy.it.torture;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;

import io.natsproxy.it.torture.Attempt.Outcome;

/**
 * A client whose WebSocket sends numbered messages and checks that each comes back once
 * and in order. When it is closed it opens another, as a page does.
 */
final class EchoSocket implements Runnable {

	private static final long PAUSE_MILLIS = 50;

	private static final long RETRY_MILLIS = 200;

	private static final long PATIENCE_SECONDS = 30;

	private final HttpClient client;

	private final IntSupplier gateway;

	private final Queue<Attempt> ended = new ConcurrentLinkedQueue<>();

	private final Thread thread = new Thread(this, "load-socket");

	private volatile boolean stopped;

	EchoSocket(HttpClient client, IntSupplier gateway) {
		this.client = client;
		this.gateway = gateway;
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	void stop() {
		this.stopped = true;
	}

	/**
	 * What became of the WebSockets: those that were refused are left out, as they are
	 * asked for again at once.
	 */
	Queue<Attempt> await() throws InterruptedException {
		this.thread.join();
		return this.ended;
	}

	@Override
	public void run() {
		try {
			while (!this.stopped) {
				Echo echo = new Echo();
				try {
					WebSocket socket = this.client.newWebSocketBuilder()
						.buildAsync(URI.create("ws://127.0.0.1:" + this.gateway.getAsInt() + "/torture/echo"), echo)
						.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
					this.ended.add(talk(socket, echo));
				}
				catch (ExecutionException | TimeoutException ex) {
					Thread.sleep(RETRY_MILLIS);
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private Attempt talk(WebSocket socket, Echo echo) throws InterruptedException {
		long begin = System.nanoTime();
		long sent = 0;
		while (!this.stopped && !echo.closed.isDone()) {
			socket.sendText(String.valueOf(sent++), true);
			Thread.sleep(PAUSE_MILLIS);
		}
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
		while (echo.received < sent && !echo.closed.isDone() && System.nanoTime() - deadline < 0) {
			Thread.sleep(PAUSE_MILLIS);
		}
		String closed = echo.closed.getNow("");
		if (echo.wrong != null) {
			return new Attempt("socket", begin, Outcome.WRONG, echo.wrong);
		}
		if (!closed.isEmpty()) {
			return new Attempt("socket", begin, Outcome.LOST, closed);
		}
		socket.abort();
		return (echo.received == sent) ? new Attempt("socket", begin, Outcome.RIGHT, "")
				: new Attempt("socket", begin, Outcome.WRONG, echo.received + " of " + sent + " messages came back");
	}

	private static final class Echo implements WebSocket.Listener {

		private final CompletableFuture<String> closed = new CompletableFuture<>();

		private volatile long received;

		private volatile String wrong;

		@Override
		public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
			if (!last || !data.toString().equals(String.valueOf(this.received))) {
				this.wrong = "'" + data + "' came in place of " + this.received;
			}
			this.received++;
			socket.request(1);
			return null;
		}

		@Override
		public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
			this.closed.complete(code + " " + reason);
			return null;
		}

		@Override
		public void onError(WebSocket socket, Throwable error) {
			this.closed.complete(error.toString());
		}

	}

}
