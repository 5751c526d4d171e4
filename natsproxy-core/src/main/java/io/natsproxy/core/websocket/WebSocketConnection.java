package io.natsproxy.core.websocket;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One end of a WebSocket over NATS: that of the gateway, or that of the service that has
 * accepted it. Messages keep their order in each direction, and are sent at the pace at
 * which the peer consumes them. Safe for use by many threads.
 */
public interface WebSocketConnection {

	/**
	 * Returns the id, by which the WebSocket is known everywhere on the same NATS.
	 * @return two tokens of a subject, the first of which is the id of the gateway
	 */
	String id();

	/**
	 * Returns what comes, for one subscriber. Cancelling it closes nothing: what comes
	 * waits, and so does the peer.
	 * @return the messages, each of which counts as consumed when it is delivered;
	 * completes when the WebSocket is closed, after what has come before
	 */
	Flux<NatsWebSocketMessage> receive();

	/**
	 * Sends messages, one after the other, while the peer takes them. Messages of several
	 * calls are sent as they come.
	 * @param messages the messages
	 * @return completes when all are sent, or when the WebSocket is closed; fails if the
	 * source does, or with an {@link IllegalArgumentException} for a message that is
	 * longer than allowed
	 */
	Mono<Void> send(Publisher<NatsWebSocketMessage> messages);

	/**
	 * Puts a message among those that come, beside what the peer sends.
	 * @param message the message
	 * @return {@code false} if as much as the window takes is waiting already, or the
	 * WebSocket is closed
	 */
	boolean offer(NatsWebSocketMessage message);

	/**
	 * Closes the WebSocket and tells the peer. What has not been sent is dropped; what
	 * has come is still delivered. Does nothing when it is closed.
	 * @param status why
	 */
	void close(WebSocketClose status);

	/**
	 * Returns whether it is not closed.
	 * @return whether messages may be sent
	 */
	boolean isOpen();

	/**
	 * Tells why the WebSocket was closed.
	 * @return the status of whichever end closed it first
	 */
	Mono<WebSocketClose> closed();

}
