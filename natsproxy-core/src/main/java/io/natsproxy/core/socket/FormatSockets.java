package io.natsproxy.core.socket;

import io.natsproxy.core.link.NatsLink;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

import io.natsproxy.core.exchange.ExchangeTimer;
import io.natsproxy.core.exchange.Inbox;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.format.SocketSubjects;
import io.natsproxy.core.stream.ByteBudget;
import io.natsproxy.core.stream.ByteReservation;
import reactor.core.Disposable;

/**
 * The WebSockets in another format of one gateway, or of one instance of a service. Safe
 * for use by many threads.
 */
final class FormatSockets {

	private final NatsLink link;

	private final Inbox inbox;

	private final ExchangeTimer timer;

	private final ByteBudget budget;

	private final SocketOptions options;

	private final Set<FormatSocket> sockets = ConcurrentHashMap.newKeySet();

	private final Disposable denials;

	/**
	 * Creates the object.
	 * @param inbox on whose thread messages arrive; not closed by this object
	 */
	FormatSockets(NatsExchanges exchanges, Inbox inbox, SocketOptions options) {
		this.link = exchanges.link();
		this.inbox = inbox;
		this.timer = exchanges.timer();
		this.budget = exchanges.budget();
		this.options = options;
		this.denials = this.link
			.onPublishDenied((denial) -> this.sockets.forEach((socket) -> socket.onPublishDenied(denial)));
	}

	/**
	 * Opens the end of a service, which receives from now on. It is given up when its
	 * client has said nothing for long, since a gateway may not tell of the end.
	 */
	FormatSocket openService(String id, SocketSubjects subjects, Executor executor) {
		FormatSocket socket = new FormatSocket(this, id, subjects.toGateway(), subjects.closedByService(), true,
				SocketClose.ABNORMAL, executor);
		return open(socket, subjects.toService(), subjects.closedByClient());
	}

	/**
	 * Opens the end of a gateway, which receives from now on.
	 */
	FormatSocket openGateway(String id, SocketSubjects subjects, Executor executor) {
		FormatSocket socket = new FormatSocket(this, id, subjects.toService(), subjects.closedByClient(), false,
				SocketClose.BAD_GATEWAY, executor);
		return open(socket, subjects.toGateway(), subjects.closedByService());
	}

	/**
	 * Makes what holds the messages of one WebSocket.
	 */
	ByteReservation newReservation() {
		return new ByteReservation(this.budget);
	}

	private FormatSocket open(FormatSocket socket, String messages, String notices) {
		this.sockets.add(socket);
		socket.open(messages, notices);
		return socket;
	}

	void forget(FormatSocket socket) {
		this.sockets.remove(socket);
	}

	NatsLink link() {
		return this.link;
	}

	Inbox inbox() {
		return this.inbox;
	}

	ExchangeTimer timer() {
		return this.timer;
	}

	SocketOptions options() {
		return this.options;
	}

	int open() {
		return this.sockets.size();
	}

	void closeAll(SocketClose status) {
		this.sockets.forEach((socket) -> socket.close(status));
	}

	/**
	 * Gives up what is open, before the inbox is closed.
	 */
	void close() {
		this.denials.dispose();
		this.sockets.forEach((socket) -> socket.lost("This end has been closed"));
	}

}
