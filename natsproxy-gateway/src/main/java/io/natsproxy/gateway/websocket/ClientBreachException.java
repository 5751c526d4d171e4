package io.natsproxy.gateway.websocket;

import io.natsproxy.core.websocket.WebSocketClose;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import org.jspecify.annotations.Nullable;

/**
 * A client has sent what ends its WebSocket.
 */
final class ClientBreachException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient WebSocketClose status;

	ClientBreachException(WebSocketClose status) {
		super(status.reason(), null, false, false);
		this.status = status;
	}

	static ClientBreachException tooLong() {
		return new ClientBreachException(new WebSocketClose(WebSocketClose.TOO_BIG, "The message is too long"));
	}

	/**
	 * Returns what a failure of the connection of a client is called.
	 * @return the status, or {@code null} if it is no breach of the protocol
	 */
	static @Nullable WebSocketClose status(Throwable failure) {
		if (failure instanceof ClientBreachException breach) {
			return breach.status;
		}
		if (failure instanceof TooLongFrameException) {
			return tooLong().status;
		}
		if (failure instanceof CorruptedWebSocketFrameException corrupted) {
			int code = corrupted.closeStatus().code();
			return (code == WebSocketClose.TOO_BIG) ? tooLong().status
					: new WebSocketClose(code, "The client has broken the protocol");
		}
		return null;
	}

}
