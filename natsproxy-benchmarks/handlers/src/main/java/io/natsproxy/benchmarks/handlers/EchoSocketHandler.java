package io.natsproxy.benchmarks.handlers;

import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * Sends back every text that it receives.
 */
public class EchoSocketHandler implements WebSocketHandler {

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		return session.send(session.receive().map(WebSocketMessage::getPayloadAsText).map(session::textMessage));
	}

}
