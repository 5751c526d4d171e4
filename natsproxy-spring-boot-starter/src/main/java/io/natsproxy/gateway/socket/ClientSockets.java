package io.natsproxy.gateway.socket;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.natsproxy.core.exchange.ExchangeTimer;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * The WebSockets of clients that are open, looked through once a second for what is due:
 * one timer for all of them.
 */
final class ClientSockets implements AutoCloseable {

	private static final Duration INTERVAL = Duration.ofSeconds(1);

	/**
	 * How long a client may take for what is still to be written when its WebSocket has
	 * been closed.
	 */
	private static final Duration CLOSING = Duration.ofSeconds(10);

	/**
	 * How long a service may take for what a client has sent before it has gone.
	 */
	private static final Duration GONE = Duration.ofSeconds(3);

	private final ExchangeTimer timer;

	private final WebSocketOptions options;

	private final Set<ClientSocket> sockets = ConcurrentHashMap.newKeySet();

	private final Disposable.Swap next = Disposables.swap();

	ClientSockets(ExchangeTimer timer, WebSocketOptions options) {
		this.timer = timer;
		this.options = options;
		this.next.update(timer.schedule(this::sweep, INTERVAL));
	}

	void add(ClientSocket socket) {
		this.sockets.add(socket);
	}

	void remove(ClientSocket socket) {
		this.sockets.remove(socket);
	}

	private void sweep() {
		try {
			long now = System.nanoTime();
			this.sockets.forEach((socket) -> socket.sweep(now, this.options, CLOSING.toNanos(), GONE.toNanos()));
		}
		finally {
			if (!this.next.isDisposed()) {
				this.next.update(this.timer.schedule(this::sweep, INTERVAL));
			}
		}
	}

	@Override
	public void close() {
		this.next.dispose();
	}

}
