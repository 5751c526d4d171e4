package io.natsproxy.core.socket;

import java.time.Duration;

import io.natsproxy.core.exchange.StreamOptions;

/**
 * How WebSockets run.
 *
 * @param window how many bytes of messages may be under way to this end or waiting there,
 * for each WebSocket; {@value io.natsproxy.core.wire.WireProtocol#MESSAGE_OVERHEAD} bytes
 * more than its payload for each message
 * @param maxMessageSize longest message, in bytes, in both directions
 * @param streams size of frames, and how long the other end may be silent
 */
public record SocketOptions(int window, int maxMessageSize, StreamOptions streams) {

	/**
	 * A window of 64 KiB, and messages of 64 KiB at the most.
	 */
	public static final SocketOptions DEFAULTS = new SocketOptions(64 * 1024, 64 * 1024, StreamOptions.DEFAULTS);

	public SocketOptions {
		if (window < 1 || maxMessageSize < SocketMessage.MAX_CONTROL_SIZE) {
			throw new IllegalArgumentException("The window of WebSockets must be positive, and messages of "
					+ SocketMessage.MAX_CONTROL_SIZE + " bytes be allowed");
		}
	}

	Duration beatInterval() {
		return this.streams.pingInterval();
	}

	Duration lostAfter() {
		return this.streams.lostAfter();
	}

}
