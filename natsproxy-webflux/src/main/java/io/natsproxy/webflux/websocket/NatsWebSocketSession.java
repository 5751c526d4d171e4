package io.natsproxy.webflux.websocket;

import java.util.Map;

import io.natsproxy.core.websocket.NatsWebSocketMessage;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.WebSocketConnection;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.adapter.AbstractWebSocketSession;

/**
 * The session of a WebSocket over NATS. Its id is that of the WebSocket, by which
 * {@link NatsWebSockets} reaches it from anywhere. Sources are completed, and
 * {@link #receive()} completes, when the WebSocket is closed by either side.
 */
public final class NatsWebSocketSession extends AbstractWebSocketSession<WebSocketConnection> {

	/**
	 * Creates the session.
	 * @param socket the WebSocket
	 * @param info the handshake
	 * @param bufferFactory wraps and makes payloads
	 */
	public NatsWebSocketSession(WebSocketConnection socket, HandshakeInfo info, DataBufferFactory bufferFactory) {
		super(socket, socket.id(), info, bufferFactory);
	}

	/**
	 * Returns the path variables of the handshake of a session over NATS.
	 * @param session the session
	 * @return the variables by their names, decoded; empty if there are none
	 */
	@SuppressWarnings("unchecked")
	public static Map<String, String> pathVariables(WebSocketSession session) {
		Object variables = session.getAttributes().get(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
		return (variables instanceof Map<?, ?>) ? (Map<String, String>) variables : Map.of();
	}

	WebSocketConnection socket() {
		return getDelegate();
	}

	@Override
	public Flux<WebSocketMessage> receive() {
		return getDelegate().receive()
			.map((message) -> new WebSocketMessage(WebSocketMessage.Type.valueOf(message.type().name()),
					bufferFactory().wrap(message.payload())));
	}

	@Override
	public Mono<Void> send(Publisher<WebSocketMessage> messages) {
		return getDelegate().send(Flux.from(messages).map(NatsWebSocketSession::toSocketMessage));
	}

	private static NatsWebSocketMessage toSocketMessage(WebSocketMessage message) {
		DataBuffer buffer = message.getPayload();
		byte[] payload = new byte[buffer.readableByteCount()];
		buffer.read(payload);
		DataBufferUtils.release(buffer);
		return new NatsWebSocketMessage(NatsWebSocketMessage.Type.valueOf(message.getType().name()), payload);
	}

	@Override
	public boolean isOpen() {
		return getDelegate().isOpen();
	}

	/**
	 * Closes the WebSocket. Completes when the gateway has been told.
	 * @param status the status, whose code must not be reserved (RFC 6455, section 7.4.1)
	 */
	@Override
	public Mono<Void> close(CloseStatus status) {
		return Mono.fromRunnable(() -> getDelegate().close(toSocketClose(status)));
	}

	static WebSocketClose toSocketClose(CloseStatus status) {
		WebSocketClose close = new WebSocketClose(status.getCode(),
				(status.getReason() != null) ? status.getReason() : "");
		if (!close.isSendable() && close.code() != WebSocketClose.NO_STATUS.code()) {
			throw new IllegalArgumentException("Close code " + status.getCode() + " is reserved");
		}
		return close;
	}

	@Override
	public Mono<CloseStatus> closeStatus() {
		return getDelegate().closed()
			.map((status) -> status.reason().isEmpty() ? new CloseStatus(status.code())
					: new CloseStatus(status.code(), status.reason()));
	}

}
