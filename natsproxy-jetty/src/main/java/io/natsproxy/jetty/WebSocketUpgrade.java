package io.natsproxy.jetty;

import java.util.Set;
import java.util.TreeSet;

import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.websocket.WebSocketConnection;
import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.ResponseHead;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts a WebSocket over NATS when Jetty has accepted its handshake.
 *
 * @param acceptor accepts; not closed by this object
 * @param maxMessage longest message, in bytes
 */
record WebSocketUpgrade(WebSocketAcceptor acceptor, int maxMessage) {

	private static final Logger logger = LoggerFactory.getLogger(WebSocketUpgrade.class);

	/**
	 * The fields of the handshake, which the gateway answers itself.
	 */
	private static final Set<String> HANDSHAKE = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

	static {
		HANDSHAKE.addAll(Set.of("Connection", "Upgrade", "Sec-WebSocket-Accept", "Sec-WebSocket-Extensions"));
	}

	/**
	 * Ends the exchange with a 101, and hands the end point to Jetty's WebSocket.
	 * @param exchange the handshake
	 * @param fields the fields of the response
	 * @param request has the connection that Jetty has made for the WebSocket
	 * @param endPoint becomes that of the connection
	 * @param executors where messages are delivered
	 */
	void upgrade(IncomingExchange exchange, HeaderFields fields, Request request, NatsEndPoint endPoint,
			StreamExecutors executors) {
		if (exchange.socketId() == null
				|| !(request.getAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE) instanceof Connection connection)) {
			exchange.reply(new ResponseHead(501, Problem.HEADERS),
					Problem.of(501, "The protocol cannot be switched").toJson());
			return;
		}
		WebSocketConnection socket;
		try {
			socket = this.acceptor.accept(exchange, (action) -> fields.forEach((name, values) -> {
				if (!HANDSHAKE.contains(name)) {
					action.accept(name, values);
				}
			}), executors.frames());
		}
		catch (RuntimeException ex) {
			logger.debug("A WebSocket could not be accepted", ex);
			return;
		}
		try {
			endPoint.open(socket, this.maxMessage);
			endPoint.upgrade(connection);
		}
		catch (RuntimeException | Error ex) {
			endPoint.close(ex);
			throw ex;
		}
	}

}
