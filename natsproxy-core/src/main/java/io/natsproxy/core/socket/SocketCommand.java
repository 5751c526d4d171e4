package io.natsproxy.core.socket;

import io.natsproxy.core.link.LinkMessage;
import java.util.Locale;
import java.util.Optional;

import io.natsproxy.core.wire.NatsHeaders;
import io.natsproxy.core.wire.WireProtocol;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done with a WebSocket by a message from anywhere. A message that does not
 * say is text.
 */
enum SocketCommand {

	/**
	 * Sends the payload.
	 */
	TEXT(SocketMessage.Type.TEXT), BINARY(SocketMessage.Type.BINARY), PING(SocketMessage.Type.PING),
	PONG(SocketMessage.Type.PONG),

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

	private final SocketMessage.@Nullable Type type;

	private final String token = name().toLowerCase(Locale.ROOT);

	SocketCommand(SocketMessage.@Nullable Type type) {
		this.type = type;
	}

	static SocketCommand of(SocketMessage.Type type) {
		return valueOf(type.name());
	}

	/**
	 * Returns the headers of a message with this command.
	 */
	NatsHeaders headers() {
		return new NatsHeaders().add(WireProtocol.COMMAND_HEADER, this.token);
	}

	/**
	 * Reads what a message says is to be done.
	 */
	static Optional<SocketCommand> of(LinkMessage message) {
		String token = (message.headers() != null) ? message.headers().getFirst(WireProtocol.COMMAND_HEADER) : null;
		if (token == null) {
			return Optional.of(TEXT);
		}
		for (SocketCommand command : values()) {
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
	static Optional<SocketMessage> message(LinkMessage message) {
		return of(message).filter((command) -> command.type != null)
			.map((command) -> command.message(message.payload()))
			.filter((read) -> read.type() != SocketMessage.Type.TEXT || Utf8.isValid(read.payload()));
	}

	private SocketMessage message(byte[] payload) {
		if (this.type == null) {
			throw new IllegalStateException(this + " sends nothing");
		}
		return new SocketMessage(this.type, payload);
	}

}
