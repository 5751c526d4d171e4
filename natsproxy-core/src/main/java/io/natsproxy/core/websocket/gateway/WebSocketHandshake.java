package io.natsproxy.core.websocket.gateway;

import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.websocket.WebSocketConnection;
import org.jspecify.annotations.Nullable;

/**
 * The answer to the handshake of a WebSocket.
 *
 * @param reply head and body of the response: status 101 for an acceptance
 * @param socket the WebSocket, if it is accepted
 */
public record WebSocketHandshake(NatsReply reply, @Nullable WebSocketConnection socket) {

}
