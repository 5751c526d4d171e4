package io.natsproxy.core.websocket;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.wire.WebSocketEnd;

/**
 * A gateway, or an instance of a service, that is the other end of some WebSockets.
 */
final class WebSocketPeer {

	/**
	 * After how many beats the peer is told what it must have got of a WebSocket on which
	 * nothing has moved: once a minute by default.
	 */
	private static final int CONFIRMED_EVERY = 18;

	private final String alive;

	private final Set<FrameWebSocket> sockets = ConcurrentHashMap.newKeySet();

	private volatile long lastHeard = System.nanoTime();

	WebSocketPeer(String alive) {
		this.alive = alive;
	}

	String alive() {
		return this.alive;
	}

	void add(FrameWebSocket socket) {
		if (this.sockets.isEmpty()) {
			// It had no reason to say anything before.
			this.lastHeard = System.nanoTime();
		}
		this.sockets.add(socket);
	}

	void remove(FrameWebSocket socket) {
		this.sockets.remove(socket);
	}

	boolean isEmpty() {
		return this.sockets.isEmpty();
	}

	List<FrameWebSocket> sockets() {
		return List.copyOf(this.sockets);
	}

	void heard() {
		this.lastHeard = System.nanoTime();
	}

	boolean isSilentFor(Duration time) {
		return System.nanoTime() - this.lastHeard >= time.toNanos();
	}

	/**
	 * Gives a heartbeat, and tells of the WebSockets that have moved since, or that have
	 * not been told of for a while.
	 */
	void beat(NatsTransport transport, String from, long beat) {
		WebSocketHeartbeat signs = new WebSocketHeartbeat(transport, this.alive, from);
		for (FrameWebSocket socket : this.sockets) {
			WebSocketEnd peer = socket.peer();
			long sent = socket.toConfirm(beat, CONFIRMED_EVERY);
			if (peer != null && sent >= 0) {
				signs.add(peer.frames(), socket.frames(), sent);
			}
		}
		signs.send();
	}

}
