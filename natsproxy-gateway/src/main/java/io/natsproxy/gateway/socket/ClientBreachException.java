package io.natsproxy.gateway.socket;

import io.natsproxy.core.socket.SocketClose;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import org.jspecify.annotations.Nullable;

/**
 * A client has sent what ends its WebSocket.
 */
final class ClientBreachException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient SocketClose status;

	ClientBreachException(SocketClose status) {
		super(status.reason(), null, false, false);
		this.status = status;
	}

	static ClientBreachException tooLong() {
		return new ClientBreachException(new SocketClose(SocketClose.TOO_BIG, "The message is too long"));
	}

	/**
	 * Returns what a failure of the connection of a client is called.
	 * @return the status, or {@code null} if it is no breach of the protocol
	 */
	static @Nullable SocketClose status(Throwable failure) {
		if (failure instanceof ClientBreachException breach) {
			return breach.status;
		}
		if (failure instanceof TooLongFrameException) {
			return tooLong().status;
		}
		if (failure instanceof CorruptedWebSocketFrameException corrupted) {
			int code = corrupted.closeStatus().code();
			return (code == SocketClose.TOO_BIG) ? tooLong().status
					: new SocketClose(code, "The client has broken the protocol");
		}
		return null;
	}

}
