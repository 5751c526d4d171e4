package io.natsproxy.gateway.websocket;

import org.springframework.context.SmartLifecycle;

/**
 * Closes WebSockets with 1001 when the application stops: before the web server, which
 * would wait for them, or cut them off.
 */
public final class WebSocketLifecycle implements SmartLifecycle {

	/**
	 * Phase in which WebSockets are closed: above that in which a web server begins its
	 * graceful shutdown, so earlier.
	 */
	public static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 512;

	private static final long WAIT_MILLIS = 5000;

	private static final long POLL_MILLIS = 10;

	private final WebSocketGateway gateway;

	private volatile boolean running;

	/**
	 * Creates the lifecycle.
	 * @param gateway what is stopped
	 */
	public WebSocketLifecycle(WebSocketGateway gateway) {
		this.gateway = gateway;
	}

	@Override
	public void start() {
		this.gateway.start();
		this.running = true;
	}

	/**
	 * Closes all WebSockets, and waits up to five seconds for clients to take leave.
	 */
	@Override
	public void stop() {
		this.running = false;
		this.gateway.stop();
		long deadline = System.nanoTime() + WAIT_MILLIS * 1_000_000;
		try {
			while (this.gateway.open() > 0 && System.nanoTime() - deadline < 0) {
				Thread.sleep(POLL_MILLIS);
				// Those that were accepted meanwhile.
				this.gateway.stop();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
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
