package io.natsproxy.benchmarks.webflux;

import io.natsproxy.benchmarks.handlers.GroupMessages;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * Keeps its sockets in one group, as described in {@link GroupMessages}.
 */
class GroupSocketHandler implements WebSocketHandler {

	private final Sinks.Many<String> group = Sinks.many().multicast().directBestEffort();

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		Flux<String> news = this.group.asFlux().onBackpressureBuffer();
		Flux<String> replies = session.receive().map(WebSocketMessage::getPayloadAsText).filter(this::isNoBroadcast);
		return session.send(news.mergeWith(replies).takeUntilOther(session.closeStatus()).map(session::textMessage));
	}

	private boolean isNoBroadcast(String text) {
		if (text.equals(GroupMessages.BROADCAST)) {
			this.group.emitNext(GroupMessages.NEWS, Sinks.EmitFailureHandler.FAIL_FAST);
			return false;
		}
		return true;
	}

}
