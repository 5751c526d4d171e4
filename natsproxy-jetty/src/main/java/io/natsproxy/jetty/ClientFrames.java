package io.natsproxy.jetty;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.natsproxy.core.websocket.NatsWebSocketMessage;
import io.natsproxy.core.websocket.WebSocketClose;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames as a client sends them (RFC 6455, section 5.2): masked, with a key that
 * changes nothing.
 */
final class ClientFrames {

	private static final int FIN = 0x80;

	private static final int MASK = 0x80;

	private static final int KEY_LENGTH = 4;

	private static final int TWO_BYTES = 126;

	private static final int EIGHT_BYTES = 127;

	private ClientFrames() {
	}

	/**
	 * Writes a message as one frame.
	 */
	static ByteBuffer of(NatsWebSocketMessage message) {
		int opcode = switch (message.type()) {
			case TEXT -> FrameOpcode.TEXT;
			case BINARY -> FrameOpcode.BINARY;
			case PING -> FrameOpcode.PING;
			case PONG -> FrameOpcode.PONG;
		};
		return frame(opcode, message.payload());
	}

	/**
	 * Writes a close frame.
	 * @return the frame, {@code null} if the connection has ended without one
	 */
	static @Nullable ByteBuffer of(WebSocketClose status) {
		if (status.code() == WebSocketClose.NO_STATUS.code()) {
			return frame(FrameOpcode.CLOSE, new byte[0]);
		}
		if (!status.isSendable()) {
			return null;
		}
		byte[] reason = status.reason().getBytes(StandardCharsets.UTF_8);
		ByteBuffer payload = ByteBuffer.allocate(2 + reason.length).putShort((short) status.code()).put(reason);
		return frame(FrameOpcode.CLOSE, payload.array());
	}

	private static ByteBuffer frame(int opcode, byte[] payload) {
		int length = payload.length;
		int extended = (length < TWO_BYTES) ? 0 : (length <= 0xFFFF) ? 2 : 8;
		ByteBuffer frame = ByteBuffer.allocate(2 + extended + KEY_LENGTH + length);
		frame.put((byte) (FIN | opcode));
		switch (extended) {
			case 0 -> frame.put((byte) (MASK | length));
			case 2 -> frame.put((byte) (MASK | TWO_BYTES)).putShort((short) length);
			default -> frame.put((byte) (MASK | EIGHT_BYTES)).putLong(length);
		}
		frame.putInt(0);
		return frame.put(payload).flip();
	}

}
