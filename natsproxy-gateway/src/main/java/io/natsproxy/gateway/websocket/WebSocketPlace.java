package io.natsproxy.gateway.websocket;

import org.jspecify.annotations.Nullable;

/**
 * The place of one WebSocket among those that there may be. Given back once: when the
 * handshake has failed, or when the connection has ended.
 */
final class WebSocketPlace {

	private final WebSocketLimits limits;

	private final @Nullable Object client;

	private boolean taken;

	private boolean left;

	WebSocketPlace(WebSocketLimits limits, @Nullable Object client) {
		this.limits = limits;
		this.client = client;
	}

	/**
	 * Keeps the place beyond the handshake.
	 */
	synchronized void take() {
		this.taken = true;
	}

	synchronized boolean isTaken() {
		return this.taken;
	}

	synchronized void leaveUnlessTaken() {
		if (!this.taken) {
			leave();
		}
	}

	synchronized void leave() {
		if (!this.left) {
			this.left = true;
			this.limits.release(this.client);
		}
	}

}
