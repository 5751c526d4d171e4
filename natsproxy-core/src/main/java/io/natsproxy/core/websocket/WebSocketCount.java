package io.natsproxy.core.websocket;

import io.natsproxy.core.exchange.WebSocketStatistics;

/**
 * The share that one WebSocket has in the counts of its side. Safe for use by many
 * threads.
 */
final class WebSocketCount {

	private final WebSocketStatistics statistics;

	/**
	 * Guarded by this object, as is what follows.
	 */
	private boolean open;

	/**
	 * The code with which it was closed; 0 while it is not.
	 */
	private int closedWith;

	WebSocketCount(WebSocketStatistics statistics) {
		this.statistics = statistics;
	}

	/**
	 * Counts it as open from now on: its handshake has succeeded. The peer may have
	 * closed it before that is known here.
	 */
	synchronized void opened() {
		if (!this.open) {
			this.open = true;
			this.statistics.opened();
			if (this.closedWith != 0) {
				this.statistics.closed(this.closedWith);
			}
		}
	}

	/**
	 * Counts it as closed, if its handshake has succeeded, or will have; called once.
	 * @param code the close code
	 */
	synchronized void closed(int code) {
		this.closedWith = code;
		if (this.open) {
			this.statistics.closed(code);
		}
	}

	/**
	 * Counts a message that has come, but for pings and pongs.
	 */
	void received(NatsWebSocketMessage message) {
		if (!message.type().isControl()) {
			this.statistics.received(message.payload().length);
		}
	}

	/**
	 * Counts a message, or the last part of one, that has come.
	 * @param bytes its length
	 */
	void received(int bytes) {
		this.statistics.received(bytes);
	}

	/**
	 * Counts a part of a message that is not its last.
	 * @param bytes its length
	 */
	void receivedPart(int bytes) {
		this.statistics.receivedPart(bytes);
	}

	/**
	 * Counts a message that has been sent, but for pings and pongs.
	 */
	void sent(NatsWebSocketMessage message) {
		if (!message.type().isControl()) {
			this.statistics.sent(message.payload().length);
		}
	}

}
