package io.natsproxy.gateway.websocket;

import io.natsproxy.core.websocket.NatsWebSocketMessage;
import io.natsproxy.core.websocket.Utf8;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.WebSocketConnection;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * Carries messages between a client and the service that has accepted its WebSocket, each
 * way at the pace of the receiver, and tells each side of the other's end.
 */
final class ClientWebSocket {

	private static final Log logger = LogFactory.getLog(ClientWebSocket.class);

	private final WebSocketConnection socket;

	private final Channel channel;

	private final ClientMessages messages;

	private final boolean forwardPings;

	private final ClientWebSockets clients;

	private final WebSocketPlace place;

	private final ClientTimeouts timeouts;

	/**
	 * Creates the handler.
	 * @param socket the WebSocket over NATS
	 * @param channel the connection of the client
	 * @param messages what comes from it
	 * @param forwardPings whether pings of the client go to the service too
	 * @param clients all that are open
	 * @param place its place among them
	 */
	ClientWebSocket(WebSocketConnection socket, Channel channel, ClientMessages messages, boolean forwardPings,
			ClientWebSockets clients, WebSocketPlace place) {
		this.socket = socket;
		this.channel = channel;
		this.messages = messages;
		this.forwardPings = forwardPings;
		this.clients = clients;
		this.place = place;
		this.timeouts = new ClientTimeouts(socket, channel, this::clientClosed);
	}

	/**
	 * Carries messages until both sides have ended.
	 * @param session the session of the client
	 */
	Mono<Void> handle(WebSocketSession session) {
		this.place.take();
		this.clients.add(this.timeouts);
		Mono<Void> toService = this.socket
			.send(this.messages.<NatsWebSocketMessage>handle((message, sink) -> receive(message, sink))
				.doOnRequest((count) -> this.timeouts.reading())
				.doOnNext((message) -> this.timeouts.notReading()))
			.then(Mono.<Void>fromRunnable(this::clientClosed))
			.onErrorResume(this::clientFailed);
		Mono<Void> toClient = session.send(this.socket.receive().concatMap((message) -> write(message, session), 1))
			.onErrorResume(ClientWebSocket::unwritable)
			.then(Mono.defer(() -> serviceClosed(session)));
		return Mono.when(toService, toClient).doFinally((signal) -> {
			this.socket.close(abnormal("The client has gone"));
			this.clients.remove(this.timeouts);
			this.place.leave();
		});
	}

	/**
	 * Takes a message of the client, for the service or not.
	 */
	private void receive(WebSocketMessage message, SynchronousSink<NatsWebSocketMessage> sink) {
		this.timeouts.heard(
				message.getType() == WebSocketMessage.Type.TEXT || message.getType() == WebSocketMessage.Type.BINARY);
		byte[] payload = read(message);
		switch (message.getType()) {
			case TEXT -> {
				if (Utf8.isValid(payload)) {
					sink.next(new NatsWebSocketMessage(NatsWebSocketMessage.Type.TEXT, payload));
				}
				else {
					sink.error(new ClientBreachException(new WebSocketClose(1007, "Text that is not UTF-8")));
				}
			}
			case BINARY -> {
				sink.next(new NatsWebSocketMessage(NatsWebSocketMessage.Type.BINARY, payload));
			}
			case PING -> {
				if (this.forwardPings) {
					sink.next(new NatsWebSocketMessage(NatsWebSocketMessage.Type.PING, payload));
				}
			}
			case PONG -> {
				if (!ClientTimeouts.isAnswer(payload)) {
					sink.next(new NatsWebSocketMessage(NatsWebSocketMessage.Type.PONG, payload));
				}
			}
		}
	}

	/**
	 * Copies a message, which its server releases.
	 */
	private static byte[] read(WebSocketMessage message) {
		DataBuffer buffer = message.getPayload();
		byte[] payload = new byte[buffer.readableByteCount()];
		buffer.read(payload);
		return payload;
	}

	/**
	 * Writes a message to the client when those before it have been written.
	 */
	private Mono<WebSocketMessage> write(NatsWebSocketMessage message, WebSocketSession session) {
		Mono<WebSocketMessage> written = Mono.fromSupplier(() -> {
			this.timeouts.writing(message);
			return new WebSocketMessage(WebSocketMessage.Type.valueOf(message.type().name()),
					session.bufferFactory().wrap(message.payload()));
		});
		return this.channel.isWritable() ? written : flushed().then(written);
	}

	/**
	 * Completes when all that is in the outgoing buffer has been written, or is not going
	 * to be.
	 */
	private Mono<Void> flushed() {
		return Mono.create((sink) -> {
			this.timeouts.blocked();
			this.channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((future) -> {
				this.timeouts.unblocked();
				sink.success();
			});
		});
	}

	/**
	 * Ends what is written to a client that takes nothing any more. That may be noticed
	 * before the service has taken what the client has sent before it has closed or gone.
	 */
	private static Mono<Void> unwritable(Throwable failure) {
		logger.debug("A client takes nothing any more", failure);
		return Mono.empty();
	}

	/**
	 * Closes the WebSocket of a client that sends nothing any more.
	 */
	private void clientClosed() {
		WebSocketClose status = this.messages.status();
		this.socket.close((status != null) ? status : abnormal("The client has gone"));
	}

	private Mono<Void> clientFailed(Throwable failure) {
		logger.debug("A client has failed", failure);
		WebSocketClose status = ClientBreachException.status(failure);
		if (status != null) {
			this.socket.close(status);
		}
		else {
			clientClosed();
		}
		return Mono.empty();
	}

	private static WebSocketClose abnormal(String reason) {
		return new WebSocketClose(WebSocketClose.ABNORMAL, reason);
	}

	/**
	 * Closes the session after the service, when everything has been written that it has
	 * sent. Where the connection has ended nobody releases a close frame.
	 */
	private Mono<Void> serviceClosed(WebSocketSession session) {
		return this.socket.closed()
			.filter((status) -> this.channel.isActive())
			.flatMap((status) -> session.close(toClient(status)));
	}

	/**
	 * Returns a status as the client gets it: reserved codes never go to one.
	 */
	private static CloseStatus toClient(WebSocketClose status) {
		if (status.isSendable()) {
			return status.reason().isEmpty() ? new CloseStatus(status.code())
					: new CloseStatus(status.code(), status.reason());
		}
		return (status.code() == WebSocketClose.NO_STATUS.code()) ? CloseStatus.NORMAL : CloseStatus.SERVER_ERROR;
	}

}
