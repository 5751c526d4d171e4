package io.natsproxy.samples.hello;

import io.natsproxy.webflux.annotation.NatsWebSocket;
import io.natsproxy.webflux.websocket.NatsWebSocketSession;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * Greets whoever opens a WebSocket, and sends back what it gets.
 */
@NatsWebSocket("/ws/{token}")
class EchoWebSocket implements WebSocketHandler {

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		String token = NatsWebSocketSession.pathVariables(session).get("token");
		return session.send(
				session.receive().doOnNext(WebSocketMessage::retain).startWith(session.textMessage("Hello, " + token)));
	}

}
