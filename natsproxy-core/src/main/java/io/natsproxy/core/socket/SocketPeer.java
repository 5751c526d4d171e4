package io.natsproxy.core.socket;

import io.natsproxy.core.link.NatsLink;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.natsproxy.core.wire.SocketEnd;

/**
 * A gateway, or an instance of a service, that is the other end of some WebSockets.
 */
final class SocketPeer {

	/**
	 * After how many beats the other end is told what it must have got of a WebSocket on
	 * which nothing has moved: once a minute by default.
	 */
	private static final int CONFIRMED_EVERY = 18;

	private final String alive;

	private final Set<FrameSocket> sockets = ConcurrentHashMap.newKeySet();

	private volatile long lastHeard = System.nanoTime();

	SocketPeer(String alive) {
		this.alive = alive;
	}

	String alive() {
		return this.alive;
	}

	void add(FrameSocket socket) {
		if (this.sockets.isEmpty()) {
			// It had no reason to say anything before.
			this.lastHeard = System.nanoTime();
		}
		this.sockets.add(socket);
	}

	void remove(FrameSocket socket) {
		this.sockets.remove(socket);
	}

	boolean isEmpty() {
		return this.sockets.isEmpty();
	}

	List<FrameSocket> sockets() {
		return List.copyOf(this.sockets);
	}

	void heard() {
		this.lastHeard = System.nanoTime();
	}

	boolean isSilentFor(Duration time) {
		return System.nanoTime() - this.lastHeard >= time.toNanos();
	}

	/**
	 * Gives a sign of life, and tells of the WebSockets that have moved since, or that
	 * have not been told of for a while.
	 */
	void beat(NatsLink link, String from, long beat) {
		SocketBeat signs = new SocketBeat(link, this.alive, from);
		for (FrameSocket socket : this.sockets) {
			SocketEnd peer = socket.peer();
			long sent = socket.toConfirm(beat, CONFIRMED_EVERY);
			if (peer != null && sent >= 0) {
				signs.add(peer.frames(), socket.frames(), sent);
			}
		}
		signs.send();
	}

}
