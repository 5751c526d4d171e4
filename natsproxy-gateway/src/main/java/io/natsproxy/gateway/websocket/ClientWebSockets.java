package io.natsproxy.gateway.websocket;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.liveness.Uncaught;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;

/**
 * The time-outs of the WebSockets that are open, looked through once a second: one timer
 * for all of them.
 */
final class ClientWebSockets implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(ClientWebSockets.class);

	private static final Duration INTERVAL = Duration.ofSeconds(1);

	/**
	 * Time that a client may take for what is still to be written when its WebSocket has
	 * been closed.
	 */
	private static final Duration CLOSING = Duration.ofSeconds(10);

	/**
	 * Time that a service may take for what a client has sent before it has gone.
	 */
	private static final Duration GONE = Duration.ofSeconds(3);

	private final WebSocketOptions options;

	private final Set<ClientTimeouts> timeouts = ConcurrentHashMap.newKeySet();

	private final Disposable sweeps;

	ClientWebSockets(ExchangeTimer timer, WebSocketOptions options) {
		this.options = options;
		this.sweeps = timer.repeat(this::sweep, INTERVAL);
	}

	void add(ClientTimeouts each) {
		this.timeouts.add(each);
	}

	void remove(ClientTimeouts each) {
		this.timeouts.remove(each);
	}

	private void sweep() {
		long now = System.nanoTime();
		this.timeouts.forEach((each) -> sweep(each, now));
	}

	private void sweep(ClientTimeouts each, long now) {
		try {
			each.sweep(now, this.options, CLOSING.toNanos(), GONE.toNanos());
		}
		catch (Throwable ex) {
			// The failure of one must not reach the others.
			Uncaught.report(logger, "A WebSocket could not be looked after", ex);
		}
	}

	@Override
	public void close() {
		this.sweeps.dispose();
	}

}
