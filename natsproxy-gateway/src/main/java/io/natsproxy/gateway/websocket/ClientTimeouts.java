package io.natsproxy.gateway.websocket;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.natsproxy.core.websocket.NatsWebSocketMessage;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.WebSocketConnection;
import io.netty.channel.Channel;

/**
 * The time-outs of a client's WebSocket: pings a client that is silent, and ends the
 * WebSocket of one that does not answer, is idle, takes nothing, or has gone. Told of
 * what happens on the threads on which it happens, and swept on that of a timer; times
 * are those of {@link System#nanoTime()}.
 */
final class ClientTimeouts {

	/**
	 * Payload of the pings of the gateway. That a ping is one of them is seen by the
	 * identity of this array.
	 */
	private static final byte[] KEEP_ALIVE = "natsproxy".getBytes(StandardCharsets.US_ASCII);

	private final WebSocketConnection socket;

	private final Channel channel;

	private final Runnable ending;

	private volatile long lastHeard = System.nanoTime();

	private volatile long lastMessage = this.lastHeard;

	private volatile boolean pinged;

	/**
	 * Time at which the ping that is not answered was written, or zero.
	 */
	private volatile long pingWritten;

	/**
	 * Time since which writing waits for the client, or zero.
	 */
	private volatile long blockedSince;

	/**
	 * Time at which the WebSocket was found to be closed, or zero.
	 */
	private volatile long closedSince;

	/**
	 * Time at which the connection of the client was found to have ended, or zero.
	 */
	private volatile long goneSince;

	/**
	 * Time since which the client is read, or zero while the service takes nothing: an
	 * answer to a ping waits behind what the client has sent before.
	 */
	private volatile long readingSince;

	/**
	 * Creates the time-outs.
	 * @param socket the WebSocket over NATS
	 * @param channel the connection of the client
	 * @param ending tells the service of the end of a client that has gone
	 */
	ClientTimeouts(WebSocketConnection socket, Channel channel, Runnable ending) {
		this.socket = socket;
		this.channel = channel;
		this.ending = ending;
	}

	/**
	 * Returns whether a pong answers a ping of the gateway.
	 */
	static boolean isAnswer(byte[] payload) {
		return Arrays.equals(payload, KEEP_ALIVE);
	}

	/**
	 * Notes that the client is read.
	 */
	void reading() {
		this.readingSince = System.nanoTime();
	}

	/**
	 * Notes that the service has something to take before the client is read again.
	 */
	void notReading() {
		this.readingSince = 0;
	}

	/**
	 * Notes that something has come from the client.
	 * @param message whether it is a message, and no ping or pong
	 */
	void heard(boolean message) {
		long now = System.nanoTime();
		this.lastHeard = now;
		if (message) {
			this.lastMessage = now;
		}
	}

	/**
	 * Notes that something is written to the client.
	 */
	void writing(NatsWebSocketMessage message) {
		if (!message.type().equals(NatsWebSocketMessage.Type.PING)
				&& !message.type().equals(NatsWebSocketMessage.Type.PONG)) {
			this.lastMessage = System.nanoTime();
		}
		else if (message.payload() == KEEP_ALIVE) {
			this.pingWritten = System.nanoTime();
		}
	}

	/**
	 * Notes that writing waits for the client.
	 */
	void blocked() {
		this.blockedSince = System.nanoTime();
	}

	/**
	 * Notes that writing goes on.
	 */
	void unblocked() {
		this.blockedSince = 0;
	}

	/**
	 * Does what is due.
	 * @param now the time
	 * @param options the time-outs
	 * @param closingTimeout how long a client may take for what is to be written when its
	 * WebSocket is closed, in nanoseconds
	 * @param goneTimeout how long the service may take for what a client has sent that is
	 * gone, in nanoseconds
	 */
	void sweep(long now, WebSocketOptions options, long closingTimeout, long goneTimeout) {
		if (!this.socket.isOpen()) {
			if (this.closedSince == 0) {
				this.closedSince = now;
			}
			else if (now - this.closedSince > closingTimeout) {
				abort();
			}
			return;
		}
		if (!this.channel.isActive()) {
			gone(now, goneTimeout);
		}
		else if (isOver(now, this.lastMessage, options.idleTimeout().toNanos())) {
			this.socket.close(new WebSocketClose(1001, "Idle"));
		}
		else if (this.blockedSince != 0 && isOver(now, this.blockedSince, options.slowClientTimeout().toNanos())) {
			this.socket.close(new WebSocketClose(1013, "Too slow"));
		}
		else {
			keepAlive(now, options.pingInterval().toNanos());
		}
	}

	/**
	 * Leaves the service some time to take what a client has sent that has gone.
	 */
	private void gone(long now, long timeout) {
		if (this.goneSince == 0) {
			this.goneSince = now;
		}
		else if (now - this.goneSince > timeout) {
			this.ending.run();
		}
	}

	private static boolean isOver(long now, long since, long time) {
		return time > 0 && now - since >= time;
	}

	private void keepAlive(long now, long interval) {
		if (this.pinged && this.lastHeard - this.pingWritten > 0 && this.pingWritten != 0) {
			this.pinged = false;
			this.pingWritten = 0;
		}
		if (this.pinged) {
			if (this.pingWritten != 0 && isOver(now, this.pingWritten, interval)) {
				unanswered(now, interval);
			}
		}
		else if (isOver(now, this.lastHeard, interval)) {
			ping();
		}
	}

	private void ping() {
		this.pingWritten = 0;
		this.pinged = this.socket.offer(new NatsWebSocketMessage(NatsWebSocketMessage.Type.PING, KEEP_ALIVE));
	}

	private void unanswered(long now, long interval) {
		long reading = this.readingSince;
		if (reading == 0) {
			// The answer may be there. Writing tells whether the connection is.
			ping();
		}
		else if (isOver(now, reading, interval)) {
			this.socket.close(new WebSocketClose(WebSocketClose.ABNORMAL, "The client has vanished"));
			abort();
		}
	}

	/**
	 * Ends the connection without a word.
	 */
	private void abort() {
		this.channel.close();
	}

}
