package io.natsproxy.webflux.websocket;

import io.natsproxy.core.websocket.NatsWebSocketMessage;
import io.natsproxy.core.websocket.WebSocketEvent;
import io.natsproxy.core.websocket.service.WebSocketCommands;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.socket.CloseStatus;

/**
 * Reaches WebSockets from anywhere on the same NATS, whichever service has accepted them:
 * one by its id ({@code WebSocketSession.getId()}), or all of a group. Nothing is kept
 * here: who is connected is known to the gateways, which tell by {@link #events()}.
 *
 * <p>
 * What reaches one WebSocket says whether it is there. It fails with a
 * {@link io.natsproxy.core.exchange.NatsExchangeException} if there is no connection to
 * NATS, its gateway does not answer, or as much is waiting for a slow client as its
 * window takes. Safe for use by many threads.
 */
public final class NatsWebSockets {

	private final WebSocketCommands commands;

	/**
	 * Creates the object.
	 * @param commands sends the commands
	 */
	public NatsWebSockets(WebSocketCommands commands) {
		this.commands = commands;
	}

	/**
	 * Sends a text message to one WebSocket.
	 * @param id the id of its session
	 * @param text the text
	 * @return whether the WebSocket is there
	 */
	public Mono<Boolean> sendText(String id, String text) {
		return this.commands.send(id, NatsWebSocketMessage.text(text));
	}

	/**
	 * Sends a binary message to one WebSocket.
	 * @param id the id of its session
	 * @param payload the payload, which must not be changed afterwards
	 * @return whether the WebSocket is there
	 */
	public Mono<Boolean> sendBinary(String id, byte[] payload) {
		return this.commands.send(id, NatsWebSocketMessage.binary(payload));
	}

	/**
	 * Closes a WebSocket. The service that has accepted it is told too.
	 * @param id the id of its session
	 * @param status the status, whose code must not be reserved (RFC 6455, section 7.4.1)
	 * @return whether the WebSocket was there
	 */
	public Mono<Boolean> close(String id, CloseStatus status) {
		return this.commands.close(id, NatsWebSocketSession.toSocketClose(status));
	}

	/**
	 * Makes a WebSocket a member of a group. What is published to the group after this
	 * has completed reaches it. A group exists while it has members; the end of a
	 * WebSocket ends its memberships.
	 * @param id the id of its session
	 * @param group the name of the group, at most
	 * {@value WebSocketCommands#MAX_GROUP_NAME} bytes
	 * @return whether the WebSocket is there
	 */
	public Mono<Boolean> join(String id, String group) {
		return this.commands.join(id, group);
	}

	/**
	 * Ends the membership of a WebSocket in a group.
	 * @param id the id of its session
	 * @param group the name of the group
	 * @return whether the WebSocket is there
	 */
	public Mono<Boolean> leave(String id, String group) {
		return this.commands.leave(id, group);
	}

	/**
	 * Sends a text message to all WebSockets of a group. It is published once, and each
	 * gateway hands it to its members. A client that is too slow for it is closed with
	 * 1013.
	 * @param group the name of the group
	 * @param text the text
	 * @return completes when it has been handed to the connection
	 */
	public Mono<Void> broadcastText(String group, String text) {
		return this.commands.broadcast(group, NatsWebSocketMessage.text(text));
	}

	/**
	 * Sends a binary message to all WebSockets of a group, as {@link #broadcastText}.
	 * @param group the name of the group
	 * @param payload the payload, which must not be changed afterwards
	 * @return completes when it has been handed to the connection
	 */
	public Mono<Void> broadcastBinary(String group, byte[] payload) {
		return this.commands.broadcast(group, NatsWebSocketMessage.binary(payload));
	}

	/**
	 * Listens to what happens to the WebSockets of all gateways from now on.
	 * @return the events, for any number of subscribers
	 */
	public Flux<WebSocketEvent> events() {
		return this.commands.events();
	}

}
