package io.natsproxy.webflux.websocket;

import java.util.List;
import java.util.stream.Stream;

import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;

/**
 * A handler that supports more sub-protocols than it names itself.
 *
 * @param handler the handler
 * @param subProtocols all of them
 */
public record SubProtocolHandler(WebSocketHandler handler, List<String> subProtocols) implements WebSocketHandler {

	/**
	 * Adds sub-protocols.
	 * @param handler the handler
	 * @param more what it supports beside those that it names
	 * @return the handler itself, if there are none
	 */
	public static WebSocketHandler of(WebSocketHandler handler, List<String> more) {
		return more.isEmpty() ? handler : new SubProtocolHandler(handler,
				Stream.concat(handler.getSubProtocols().stream(), more.stream()).distinct().toList());
	}

	@Override
	public List<String> getSubProtocols() {
		return this.subProtocols;
	}

	@Override
	public Mono<Void> handle(WebSocketSession session) {
		return this.handler.handle(session);
	}

}
