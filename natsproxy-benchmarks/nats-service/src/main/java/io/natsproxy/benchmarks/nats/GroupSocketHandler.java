package io.natsproxy.benchmarks.nats;

import io.natsproxy.benchmarks.handlers.GroupMessages;
import io.natsproxy.webflux.annotation.NatsWebSocket;
import io.natsproxy.webflux.websocket.NatsWebSockets;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * Puts its sockets into one group, as described in {@link GroupMessages}.
 */
@NatsWebSocket("/ws/group")
class GroupSocketHandler implements WebSocketHandler {

	private static final String GROUP = "benchmark";

	private final NatsWebSockets sockets;

	GroupSocketHandler(NatsWebSockets sockets) {
		this.sockets = sockets;
	}

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		Flux<String> replies = session.receive()
			.map(WebSocketMessage::getPayloadAsText)
			.concatMap((text) -> text.equals(GroupMessages.BROADCAST)
					? this.sockets.broadcastText(GROUP, GroupMessages.NEWS).then(Mono.empty()) : Mono.just(text));
		return this.sockets.join(session.getId(), GROUP).then(session.send(replies.map(session::textMessage)));
	}

}
