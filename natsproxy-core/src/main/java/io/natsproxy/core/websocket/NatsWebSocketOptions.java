package io.natsproxy.core.websocket;

import java.time.Duration;

import io.natsproxy.core.stream.StreamOptions;

/**
 * The settings of WebSockets.
 *
 * @param window how many bytes of messages may be under way to this end or waiting there,
 * for each WebSocket; {@value io.natsproxy.core.wire.WireProtocol#MESSAGE_OVERHEAD} bytes
 * more than its payload for each message
 * @param maxMessageSize longest message, in bytes, in both directions
 * @param streams size of frames, and how long the peer may be silent
 * @param foreignIdleTimeout for how long the client of a WebSocket in another format may
 * say nothing before the service gives it up, because gateways of others do not tell of
 * its end; zero for no limit
 */
public record NatsWebSocketOptions(int window, int maxMessageSize, StreamOptions streams, Duration foreignIdleTimeout) {

	/**
	 * A window of 64 KiB, and messages of 64 KiB at the most.
	 */
	public static final NatsWebSocketOptions DEFAULTS = new NatsWebSocketOptions(64 * 1024, 64 * 1024,
			StreamOptions.DEFAULTS);

	/**
	 * Creates options with an idle time-out of one hour for WebSockets in another format.
	 * @param window how many bytes of messages may be under way or waiting
	 * @param maxMessageSize longest message, in bytes
	 * @param streams size of frames, and how long the peer may be silent
	 */
	public NatsWebSocketOptions(int window, int maxMessageSize, StreamOptions streams) {
		this(window, maxMessageSize, streams, Duration.ofHours(1));
	}

	public NatsWebSocketOptions {
		if (foreignIdleTimeout.isNegative()) {
			throw new IllegalArgumentException("The idle time-out of WebSockets is negative: " + foreignIdleTimeout);
		}
		if (window < 1 || maxMessageSize < NatsWebSocketMessage.MAX_CONTROL_SIZE) {
			throw new IllegalArgumentException("The window of WebSockets must be positive, and messages of "
					+ NatsWebSocketMessage.MAX_CONTROL_SIZE + " bytes be allowed");
		}
	}

	/**
	 * Whether a message is not too long.
	 */
	public boolean allows(NatsWebSocketMessage message) {
		int limit = message.type().isControl() ? NatsWebSocketMessage.MAX_CONTROL_SIZE : this.maxMessageSize;
		return message.payload().length <= limit;
	}

	Duration beatInterval() {
		return this.streams.pingInterval();
	}

	Duration lostAfter() {
		return this.streams.lostAfter();
	}

}
