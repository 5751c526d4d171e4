package io.natsproxy.gateway.websocket;

import java.time.Duration;

/**
 * Time-outs and limits of the WebSockets of a gateway.
 *
 * @param handshakeTimeout how long a service may take to accept
 * @param maxSockets how many WebSockets there may be at once; more are answered with 503
 * @param maxSocketsPerAddress how many of them one client address may have; more are
 * answered with 429; zero for no limit of its own
 * @param maxMessageSize longest message of a client, in bytes; a longer one is closed
 * with 1009
 * @param compress whether messages are compressed where the client can (RFC 7692)
 * @param forwardPings whether pings of clients go to the service too, besides being
 * answered
 * @param pingInterval for how long a client may be silent before it is sent a ping, and
 * how long it may take to answer that before it counts as vanished; zero for no pings
 * @param idleTimeout how long a WebSocket may carry no message before it is closed with
 * 1001; zero for no limit
 * @param slowClientTimeout for how long a client may take nothing of what is waiting for
 * it before it is closed with 1013; zero for no limit
 */
public record WebSocketOptions(Duration handshakeTimeout, int maxSockets, int maxSocketsPerAddress, int maxMessageSize,
		boolean compress, boolean forwardPings, Duration pingInterval, Duration idleTimeout,
		Duration slowClientTimeout) {

	public WebSocketOptions {
		if (handshakeTimeout.isNegative() || handshakeTimeout.isZero() || maxSockets < 1 || maxSocketsPerAddress < 0
				|| maxMessageSize < 1) {
			throw new IllegalArgumentException("The handshake time-out and limits of WebSockets must be positive");
		}
		if (pingInterval.isNegative() || idleTimeout.isNegative() || slowClientTimeout.isNegative()) {
			throw new IllegalArgumentException("Times of WebSockets must not be negative");
		}
	}

}
