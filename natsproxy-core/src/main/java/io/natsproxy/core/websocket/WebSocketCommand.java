package io.natsproxy.core.websocket;

import java.util.Locale;
import java.util.Optional;

import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;

/**
 * A command to a WebSocket, in a message from anywhere. A message that does not say is
 * text.
 */
public enum WebSocketCommand {

	/**
	 * Sends the payload as a text message.
	 */
	TEXT(NatsWebSocketMessage.Type.TEXT),

	/**
	 * Sends the payload as a binary message.
	 */
	BINARY(NatsWebSocketMessage.Type.BINARY),

	/**
	 * Sends the payload as a ping.
	 */
	PING(NatsWebSocketMessage.Type.PING),

	/**
	 * Sends the payload as a pong.
	 */
	PONG(NatsWebSocketMessage.Type.PONG),

	/**
	 * Closes it; the payload is code and reason.
	 */
	CLOSE(null),

	/**
	 * Makes it a member of the group whose name is the payload.
	 */
	JOIN(null),

	/**
	 * Ends its membership in the group whose name is the payload.
	 */
	LEAVE(null);

	private final NatsWebSocketMessage.@Nullable Type type;

	private final String token = name().toLowerCase(Locale.ROOT);

	WebSocketCommand(NatsWebSocketMessage.@Nullable Type type) {
		this.type = type;
	}

	public static WebSocketCommand of(NatsWebSocketMessage.Type type) {
		return valueOf(type.name());
	}

	/**
	 * Returns the headers of a message with this command.
	 */
	public NatsHeaders headers() {
		return new NatsHeaders().add(WireProtocol.COMMAND_HEADER, this.token);
	}

	/**
	 * Reads what a message says is to be done.
	 */
	public static Optional<WebSocketCommand> of(TransportMessage message) {
		String token = (message.headers() != null) ? message.headers().getFirst(WireProtocol.COMMAND_HEADER) : null;
		if (token == null) {
			return Optional.of(TEXT);
		}
		for (WebSocketCommand command : values()) {
			if (command.token.equals(token)) {
				return Optional.of(command);
			}
		}
		return Optional.empty();
	}

	/**
	 * Reads a message that is to be sent to the client.
	 * @return the message, or empty if something else is to be done, or text is not UTF-8
	 */
	public static Optional<NatsWebSocketMessage> message(TransportMessage message) {
		return of(message).filter((command) -> command.type != null)
			.map((command) -> command.message(message.payload()))
			.filter((read) -> read.type() != NatsWebSocketMessage.Type.TEXT || Utf8.isValid(read.payload()));
	}

	private NatsWebSocketMessage message(byte[] payload) {
		if (this.type == null) {
			throw new IllegalStateException(this + " sends nothing");
		}
		return new NatsWebSocketMessage(this.type, payload);
	}

}
