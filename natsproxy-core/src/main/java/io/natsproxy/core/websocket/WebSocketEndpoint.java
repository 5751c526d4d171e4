package io.natsproxy.core.websocket;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.WebSocketStatistics;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.core.transport.Denial;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.WebSocketEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;

/**
 * The end of all WebSockets of one connection of a gateway, or of one instance of a
 * service. Frames of all of them arrive in one inbox, and heartbeats are exchanged once
 * for all that have the same peer. Safe for use by many threads.
 */
public final class WebSocketEndpoint implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(WebSocketEndpoint.class);

	private static final String NOT_PERMITTED = "What it sends is not permitted";

	private final NatsTransport transport;

	private final ReplySubjects replySubjects;

	private final ByteBudget budget;

	private final NatsWebSocketOptions options;

	private final WebSocketStatistics statistics;

	private final WebSocketClose lost;

	private final Consumer<Collection<FrameWebSocket>> peerLost;

	private final Inbox inbox;

	private final String alive;

	private final Map<String, FrameWebSocket> sockets = new ConcurrentHashMap<>();

	private final Map<String, WebSocketPeer> peers = new ConcurrentHashMap<>();

	private long beat;

	private final Disposable beats;

	private final Disposable denials;

	/**
	 * Creates the endpoint and subscribes to its inbox.
	 * @param exchanges the timer and the budget; not closed by this object
	 * @param transport the connection on which all of its frames and heartbeats travel
	 * @param statistics the counts of its side
	 * @param lost why WebSockets are closed whose peer is lost
	 * @param peerLost is told of the WebSockets that had the same peer, which has gone
	 */
	public WebSocketEndpoint(NatsExchanges exchanges, NatsTransport transport, WebSocketStatistics statistics,
			NatsWebSocketOptions options, WebSocketClose lost, Consumer<Collection<FrameWebSocket>> peerLost) {
		this.statistics = statistics;
		this.transport = transport;
		this.replySubjects = exchanges.replySubjects();
		this.budget = exchanges.budget();
		this.options = options;
		this.lost = lost;
		this.peerLost = peerLost;
		this.inbox = new Inbox(transport);
		this.alive = this.inbox.newSubject();
		this.inbox.register(this.alive, this::onBeat);
		this.denials = this.transport.onPublishDenied(this::onPublishDenied);
		this.beats = exchanges.timer().repeat(this::beat, options.beatInterval());
	}

	/**
	 * Ends the WebSockets to whose peer the server does not permit to publish.
	 */
	private void onPublishDenied(Denial denial) {
		if (!this.replySubjects.isInbox(denial.subject())) {
			return;
		}
		for (WebSocketPeer peer : this.peers.values()) {
			if (denial.concerns(peer.alive())) {
				peer.sockets().forEach((socket) -> lose(socket, NOT_PERMITTED));
			}
		}
		for (FrameWebSocket socket : this.sockets.values()) {
			WebSocketEnd end = socket.peer();
			if (end != null && denial.concerns(end.frames())) {
				lose(socket, NOT_PERMITTED);
			}
		}
	}

	/**
	 * Makes an end that receives, and does not send before it is connected.
	 */
	public FrameWebSocket open(String id, Executor executor) {
		String frames = this.inbox.newSubject();
		FrameWebSocket socket = new FrameWebSocket(this, id, frames, executor);
		this.sockets.put(frames, socket);
		this.inbox.register(frames, socket);
		return socket;
	}

	void connected(FrameWebSocket socket, WebSocketEnd peer) {
		this.peers.compute(peer.alive(), (alive, known) -> {
			WebSocketPeer present = (known != null) ? known : new WebSocketPeer(alive);
			present.add(socket);
			return present;
		});
	}

	void forget(FrameWebSocket socket) {
		this.inbox.remove(socket.frames());
		this.sockets.remove(socket.frames());
		WebSocketEnd end = socket.peer();
		WebSocketPeer peer = (end != null) ? this.peers.get(end.alive()) : null;
		if (peer != null) {
			peer.remove(socket);
		}
	}

	public Inbox inbox() {
		return this.inbox;
	}

	/**
	 * Makes what holds the messages of one WebSocket.
	 */
	ByteReservation newReservation() {
		return new ByteReservation(this.budget);
	}

	WebSocketCount newCount() {
		return new WebSocketCount(this.statistics);
	}

	NatsTransport transport() {
		return this.transport;
	}

	NatsWebSocketOptions options() {
		return this.options;
	}

	WebSocketClose lost() {
		return this.lost;
	}

	String alive() {
		return this.alive;
	}

	/**
	 * Returns the WebSockets that are not closed.
	 */
	public Collection<FrameWebSocket> sockets() {
		return this.sockets.values();
	}

	private void beat() {
		boolean connected = this.transport.isConnected();
		this.beat++;
		for (WebSocketPeer peer : this.peers.values()) {
			try {
				beat(peer, connected);
			}
			catch (Throwable ex) {
				Uncaught.report(logger, "The heartbeats of one gateway or service have failed", ex);
			}
		}
		if (connected) {
			// Those that found no connection.
			this.sockets.values().forEach(WebSocketEndpoint::resume);
		}
	}

	private void beat(WebSocketPeer peer, boolean connected) {
		if (peer.isSilentFor(this.options.lostAfter())) {
			this.peers.remove(peer.alive(), peer);
			lose(peer);
		}
		else if (this.peers.computeIfPresent(peer.alive(),
				(alive, present) -> present.isEmpty() ? null : present) != null && connected) {
			peer.beat(this.transport, this.alive, this.beat);
		}
	}

	private void lose(WebSocketPeer peer) {
		List<FrameWebSocket> lost = peer.sockets();
		if (!lost.isEmpty()) {
			try {
				this.peerLost.accept(lost);
			}
			finally {
				lost.forEach((socket) -> lose(socket, "The peer has said nothing for too long"));
			}
		}
	}

	/**
	 * The failure of one must not reach the others.
	 */
	private static void lose(FrameWebSocket socket, String reason) {
		try {
			socket.lost(reason);
		}
		catch (Throwable ex) {
			Uncaught.report(logger, "The end of a WebSocket has failed", ex);
		}
	}

	private static void resume(FrameWebSocket socket) {
		try {
			socket.resume();
		}
		catch (Throwable ex) {
			Uncaught.report(logger, "A WebSocket could not go on", ex);
		}
	}

	/**
	 * Takes a heartbeat, or word that the peer does not know some of the WebSockets. A
	 * heartbeat counts for those whose peer it comes from.
	 */
	private void onBeat(TransportMessage message) {
		String from = message.replySubject();
		if (from == null) {
			WebSocketHeartbeat.gone(message).forEach((frames) -> {
				FrameWebSocket socket = this.sockets.get(frames);
				if (socket != null) {
					socket.lost("The peer knows nothing of it");
				}
			});
			return;
		}
		WebSocketPeer peer = this.peers.get(from);
		if (peer != null) {
			peer.heard();
		}
		else if (!this.replySubjects.allows(from, "the sender of a heartbeat")) {
			return;
		}
		WebSocketHeartbeat.Answer answer = new WebSocketHeartbeat.Answer(this.transport, from);
		WebSocketHeartbeat.forEach(message, (to, sender, sent) -> {
			FrameWebSocket socket = this.sockets.get(to);
			if (socket != null) {
				socket.confirm(from, sent);
			}
			else {
				answer.gone(sender);
			}
		});
		answer.send();
	}

	/**
	 * Closes what is open, and ends the subscriptions.
	 * @param status why
	 */
	public void close(WebSocketClose status) {
		this.sockets.values().forEach((socket) -> socket.close(status));
	}

	@Override
	public void close() {
		this.beats.dispose();
		this.denials.dispose();
		this.sockets.values().forEach((socket) -> lose(socket, "This end has been closed"));
		this.inbox.close();
	}

}
