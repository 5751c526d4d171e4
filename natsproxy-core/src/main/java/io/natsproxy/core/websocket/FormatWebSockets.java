package io.natsproxy.core.websocket;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.WebSocketStatistics;
import io.natsproxy.core.format.WebSocketSubjects;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.transport.NatsTransport;
import reactor.core.Disposable;

/**
 * The WebSockets in another format of one connection of a gateway, or of one instance of
 * a service. Safe for use by many threads.
 */
public final class FormatWebSockets {

	private final NatsTransport transport;

	private final Inbox inbox;

	private final ExchangeTimer timer;

	private final ByteBudget budget;

	private final NatsWebSocketOptions options;

	private final WebSocketStatistics statistics;

	private final Set<FormatWebSocket> sockets = ConcurrentHashMap.newKeySet();

	private final Disposable denials;

	/**
	 * Creates the object.
	 * @param exchanges the timer and the budget; not closed by this object
	 * @param transport the connection on which messages travel
	 * @param statistics the counts of its side
	 * @param inbox on whose thread messages arrive; not closed by this object
	 */
	public FormatWebSockets(NatsExchanges exchanges, NatsTransport transport, WebSocketStatistics statistics,
			Inbox inbox, NatsWebSocketOptions options) {
		this.statistics = statistics;
		this.transport = transport;
		this.inbox = inbox;
		this.timer = exchanges.timer();
		this.budget = exchanges.budget();
		this.options = options;
		this.denials = this.transport
			.onPublishDenied((denial) -> this.sockets.forEach((socket) -> socket.onPublishDenied(denial)));
	}

	/**
	 * Opens the end of a service, which receives from now on. It is given up when its
	 * client has said nothing for long, since a gateway may not tell of the end.
	 */
	public FormatWebSocket openService(String id, WebSocketSubjects subjects, Executor executor) {
		FormatWebSocket socket = new FormatWebSocket(this, id, subjects.toGateway(), subjects.closedByService(), true,
				WebSocketClose.ABNORMAL, executor);
		return open(socket, subjects.toService(), subjects.closedByClient());
	}

	/**
	 * Opens the end of a gateway, which receives from now on.
	 */
	public FormatWebSocket openGateway(String id, WebSocketSubjects subjects, Executor executor) {
		FormatWebSocket socket = new FormatWebSocket(this, id, subjects.toService(), subjects.closedByClient(), false,
				WebSocketClose.BAD_GATEWAY, executor);
		return open(socket, subjects.toGateway(), subjects.closedByService());
	}

	/**
	 * Makes what holds the messages of one WebSocket.
	 */
	ByteReservation newReservation() {
		return new ByteReservation(this.budget);
	}

	private FormatWebSocket open(FormatWebSocket socket, String messages, String notices) {
		this.sockets.add(socket);
		socket.open(messages, notices);
		return socket;
	}

	WebSocketCount newCount() {
		return new WebSocketCount(this.statistics);
	}

	void forget(FormatWebSocket socket) {
		this.sockets.remove(socket);
	}

	NatsTransport transport() {
		return this.transport;
	}

	Inbox inbox() {
		return this.inbox;
	}

	ExchangeTimer timer() {
		return this.timer;
	}

	NatsWebSocketOptions options() {
		return this.options;
	}

	public int open() {
		return this.sockets.size();
	}

	public void closeAll(WebSocketClose status) {
		this.sockets.forEach((socket) -> socket.close(status));
	}

	/**
	 * Gives up what is open, before the inbox is closed.
	 */
	public void close() {
		this.denials.dispose();
		this.sockets.forEach((socket) -> socket.lost("This end has been closed"));
	}

}
