package io.natsproxy.core.socket;

import io.natsproxy.core.exchange.NatsReply;
import org.jspecify.annotations.Nullable;

/**
 * The answer to the handshake of a WebSocket.
 *
 * @param reply head and body of the response: status 101 for an acceptance
 * @param socket the WebSocket, if it is accepted
 */
public record SocketHandshake(NatsReply reply, @Nullable NatsSocket socket) {

}
