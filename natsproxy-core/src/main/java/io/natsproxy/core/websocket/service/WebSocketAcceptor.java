package io.natsproxy.core.websocket.service;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.natsproxy.core.exchange.ExchangeFailure;
import io.natsproxy.core.exchange.NatsExchangeException;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.WebSocketStatistics;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.websocket.FormatWebSocket;
import io.natsproxy.core.websocket.FormatWebSockets;
import io.natsproxy.core.websocket.FrameWebSocket;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.WebSocketConnection;
import io.natsproxy.core.websocket.WebSocketEndpoint;
import io.natsproxy.core.websocket.WebSocketEventPublisher;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.core.wire.WebSocketEnd;
import io.natsproxy.core.wire.WireProtocol;

/**
 * The WebSockets of one instance of a service. Safe for use by many threads.
 */
public final class WebSocketAcceptor implements AutoCloseable {

	private static final WebSocketClose GATEWAY_LOST = new WebSocketClose(WebSocketClose.ABNORMAL,
			"The gateway was lost");

	private static final byte[] NOTHING = {};

	private final WebSocketEndpoint endpoint;

	private final FormatWebSockets formatSockets;

	private final WebSocketEventPublisher events;

	private final Object handled = new Object();

	private int handling;

	/**
	 * Creates an acceptor and subscribes to its inbox.
	 * @param exchanges the connection, the prefix of subjects and the timer; not closed
	 * by this object
	 * @param options window and length of messages
	 */
	public WebSocketAcceptor(NatsExchanges exchanges, NatsWebSocketOptions options) {
		NatsTransport transport = exchanges.transport();
		this.events = new WebSocketEventPublisher(exchanges, transport);
		WebSocketStatistics statistics = exchanges.listenerStatistics().webSockets();
		this.endpoint = new WebSocketEndpoint(exchanges, transport, statistics, options, GATEWAY_LOST,
				this::gatewayLost);
		this.formatSockets = new FormatWebSockets(exchanges, transport, statistics, this.endpoint.inbox(), options);
	}

	/**
	 * Accepts the WebSocket whose handshake a request is, and so ends its exchange.
	 * @param exchange the request
	 * @param headers what the response says beside {@code Sec-WebSocket-Accept}, the
	 * sub-protocol among it
	 * @param executor where messages are delivered, and sources asked for more
	 * @return the WebSocket, to be closed by whoever accepts it, who then calls
	 * {@link #handled()}
	 * @throws NatsExchangeException if the caller has stopped waiting
	 * @throws IllegalArgumentException if the request is no handshake
	 */
	public WebSocketConnection accept(IncomingExchange exchange, HeaderFields headers, Executor executor) {
		String id = exchange.socketId();
		if (id == null) {
			throw new IllegalArgumentException("The request is not the handshake of a WebSocket");
		}
		WebSocketEnd gateway = exchange.head().socket();
		MessageFormat format = exchange.format();
		if (format != null) {
			return accept(exchange, headers, this.formatSockets.openService(id, format.socketSubjects(id), executor));
		}
		if (gateway == null) {
			throw new IllegalStateException("A handshake of natsproxy's own format names no subjects");
		}
		FrameWebSocket socket = this.endpoint.open(id, executor);
		ResponseHead head = new ResponseHead(WireProtocol.SWITCHING_PROTOCOLS, headers, socket.local());
		if (!exchange.reply(head, NOTHING)) {
			socket.lost("The caller has stopped waiting");
			throw callerGone();
		}
		try {
			socket.connect(gateway);
		}
		catch (Throwable ex) {
			socket.lost("The WebSocket could not be opened");
			throw ex;
		}
		handling();
		return socket;
	}

	private WebSocketConnection accept(IncomingExchange exchange, HeaderFields headers, FormatWebSocket socket) {
		if (!exchange.reply(new ResponseHead(WireProtocol.SWITCHING_PROTOCOLS, headers), NOTHING)) {
			socket.lost("The caller has stopped waiting");
			throw callerGone();
		}
		socket.accepted();
		handling();
		return socket;
	}

	private void handling() {
		synchronized (this.handled) {
			this.handling++;
		}
	}

	private static NatsExchangeException callerGone() {
		return new NatsExchangeException(ExchangeFailure.STREAM_FAILED, "The caller has stopped waiting");
	}

	/**
	 * Says that whoever has accepted a WebSocket has done with it.
	 */
	public void handled() {
		synchronized (this.handled) {
			this.handling--;
			this.handled.notifyAll();
		}
	}

	/**
	 * Waits until all who have accepted a WebSocket have done with it.
	 * @param timeout how long to wait
	 * @return whether they have
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	public boolean awaitHandled(Duration timeout) throws InterruptedException {
		long deadline = System.nanoTime() + timeout.toNanos();
		synchronized (this.handled) {
			long left = deadline - System.nanoTime();
			while (this.handling > 0 && left > 0) {
				TimeUnit.NANOSECONDS.timedWait(this.handled, left);
				left = deadline - System.nanoTime();
			}
			return this.handling == 0;
		}
	}

	/**
	 * A gateway cannot tell of its own end: those that have accepted its WebSockets do.
	 */
	private void gatewayLost(Collection<FrameWebSocket> sockets) {
		sockets.forEach((socket) -> this.events.disconnected(socket.id(), GATEWAY_LOST));
		this.events.gatewayLost(sockets.iterator().next().id());
	}

	/**
	 * Returns the number of WebSockets that are not closed.
	 * @return the number
	 */
	public int open() {
		return this.endpoint.sockets().size() + this.formatSockets.open();
	}

	/**
	 * Closes all WebSockets.
	 * @param status why
	 */
	public void closeAll(WebSocketClose status) {
		this.endpoint.close(status);
		this.formatSockets.closeAll(status);
	}

	/**
	 * Gives up what is open, and ends the subscription.
	 */
	@Override
	public void close() {
		this.formatSockets.close();
		this.endpoint.close();
	}

}
