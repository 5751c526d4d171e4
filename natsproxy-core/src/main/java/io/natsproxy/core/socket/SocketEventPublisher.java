package io.natsproxy.core.socket;

import io.nats.client.Connection;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.wire.WireProtocol;

/**
 * Tells whoever listens what happens to WebSockets. Without a connection, nobody is told.
 */
final class SocketEventPublisher {

	private final Connection connection;

	private final String subject;

	SocketEventPublisher(NatsExchanges exchanges) {
		this.connection = exchanges.connection();
		this.subject = exchanges.subjectCodec().controlSubject(WireProtocol.EVENT_SUBJECT);
	}

	void connected(String socket, String path) {
		publish(new SocketEvent(SocketEvent.Type.CONNECTED, gateway(socket), socket, path, null));
	}

	void disconnected(String socket, SocketClose status) {
		publish(new SocketEvent(SocketEvent.Type.DISCONNECTED, gateway(socket), socket, null, status));
	}

	/**
	 * Tells that a gateway is gone, of which one of the WebSockets is known.
	 */
	void gatewayLost(String socket) {
		publish(new SocketEvent(SocketEvent.Type.GATEWAY_LOST, gateway(socket), null, null, null));
	}

	private static String gateway(String socket) {
		int dot = socket.indexOf('.');
		return (dot >= 0) ? socket.substring(0, dot) : socket;
	}

	private void publish(SocketEvent event) {
		try {
			if (this.connection.getStatus() == Connection.Status.CONNECTED) {
				this.connection.publish(this.subject + event.type().token() + "." + event.gateway(), event.toJson());
			}
		}
		catch (IllegalStateException ex) {
			// The connection is being closed.
		}
	}

}
