package io.natsproxy.it.socket;

import io.natsproxy.webflux.websocket.NatsWebSocketSession;

import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * What a session knows of its handshake, as text.
 */
final class HandshakeText {

	private HandshakeText() {
	}

	static String of(WebSocketSession session) {
		HandshakeInfo info = session.getHandshakeInfo();
		return String.join("|", NatsWebSocketSession.pathVariables(session).toString(),
				String.valueOf(info.getUri().getRawQuery()), String.valueOf(info.getHeaders().getFirst("X-Client")),
				String.valueOf(info.getCookies().getFirst("session")), String.valueOf(info.getRemoteAddress()),
				String.valueOf(info.getSubProtocol()));
	}

}
