package io.natsproxy.gateway.shutdown;

import java.time.Duration;

import io.natsproxy.gateway.websocket.WebSocketLifecycle;

import org.springframework.context.SmartLifecycle;

/**
 * Ends the connections of HTTP clients in order when the application stops: after
 * WebSockets have been closed, and in place of the graceful shutdown of the web server
 * that follows, which closes idle connections at once, whatever is being sent on them,
 * and tells the clients of the others nothing.
 */
public final class ConnectionShutdown implements SmartLifecycle {

	/**
	 * Phase in which connections are ended.
	 */
	public static final int PHASE = WebSocketLifecycle.PHASE - 256;

	private final OpenConnections connections;

	private final Duration linger;

	private volatile boolean running;

	/**
	 * Creates the lifecycle.
	 * @param connections what is ended
	 * @param linger how long an idle connection is left to its client
	 */
	public ConnectionShutdown(OpenConnections connections, Duration linger) {
		this.connections = connections;
		this.linger = linger;
	}

	@Override
	public void start() {
		this.connections.begin();
		this.running = true;
	}

	/**
	 * Ends connections, and waits for their last responses.
	 */
	@Override
	public void stop() {
		this.running = false;
		try {
			this.connections.end(this.linger);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Ends connections, and lets the application context wait for that, up to
	 * {@code spring.lifecycle.timeout-per-shutdown-phase}.
	 */
	@Override
	public void stop(Runnable callback) {
		Thread thread = new Thread(() -> {
			try {
				stop();
			}
			finally {
				callback.run();
			}
		}, "natsproxy-http-shutdown");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
