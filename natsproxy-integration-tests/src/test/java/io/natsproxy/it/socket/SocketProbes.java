package io.natsproxy.it.socket;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.natsproxy.webflux.annotation.NatsWebSocket;
import io.natsproxy.webflux.websocket.NatsWebSocketSession;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * Hands each WebSocket to the test that has opened it. Reads all messages, but for a
 * query of {@code manual}.
 */
@NatsWebSocket("/ws/probe/{name}")
class SocketProbes implements WebSocketHandler {

	private final Map<String, CompletableFuture<ServiceSocket>> sockets = new ConcurrentHashMap<>();

	@Override
	public List<String> getSubProtocols() {
		return List.of("v2.chat", "v1.chat");
	}

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		String name = NatsWebSocketSession.pathVariables(session).get("name");
		boolean manual = "manual".equals(session.getHandshakeInfo().getUri().getQuery());
		ServiceSocket socket = new ServiceSocket(session, !manual);
		future(name).complete(socket);
		return socket.handle();
	}

	private CompletableFuture<ServiceSocket> future(String name) {
		return this.sockets.computeIfAbsent(name, (key) -> new CompletableFuture<>());
	}

	boolean has(String name) {
		return future(name).isDone();
	}

	ServiceSocket await(String name) {
		try {
			return future(name).get(30, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new AssertionError("The service has no WebSocket " + name, ex);
		}
	}

}
