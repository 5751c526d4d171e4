package io.natsproxy.jetty;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.natsproxy.core.websocket.NatsWebSocketMessage;
import io.natsproxy.core.websocket.NatsWebSocketMessage.Type;
import io.natsproxy.core.websocket.WebSocketClose;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames that a server sends (RFC 6455, section 5.2), and puts messages
 * together. Used by one thread at a time.
 */
final class ServerFrames {

	private static final int LONGEST_HEADER = 10;

	private final int maxMessage;

	private final ByteBuffer header = ByteBuffer.allocate(LONGEST_HEADER);

	/**
	 * Bytes of the payload that are to come; -1 while the header is.
	 */
	private long left = -1;

	private int opcode;

	private boolean last;

	private final ByteArrayOutputStream control = new ByteArrayOutputStream();

	private final ByteArrayOutputStream message = new ByteArrayOutputStream();

	private Type type = Type.BINARY;

	private @Nullable WebSocketClose close;

	/**
	 * Creates a reader.
	 * @param maxMessage longest message, in bytes
	 */
	ServerFrames(int maxMessage) {
		this.maxMessage = maxMessage;
	}

	/**
	 * Reads up to the end of a message.
	 * @param bytes the bytes, as many of which are consumed as belong to the message
	 * @return the message, {@code null} if it is not complete
	 * @throws IOException if it is longer than allowed
	 */
	@Nullable NatsWebSocketMessage read(ByteBuffer bytes) throws IOException {
		while (this.left == 0 || bytes.hasRemaining()) {
			if (this.left < 0) {
				readHeader(bytes.get());
			}
			if (this.left > 0) {
				readPayload(bytes);
			}
			if (this.left == 0) {
				this.left = -1;
				NatsWebSocketMessage complete = complete();
				if (complete != null) {
					return complete;
				}
			}
		}
		return null;
	}

	private void readHeader(byte next) throws IOException {
		this.header.put(next);
		if (this.header.position() < 2) {
			return;
		}
		int length = this.header.get(1) & 0x7F;
		int extended = (length < 126) ? 0 : (length == 126) ? 2 : 8;
		if (this.header.position() < 2 + extended) {
			return;
		}
		this.left = switch (extended) {
			case 0 -> length;
			case 2 -> this.header.getShort(2) & 0xFFFF;
			default -> this.header.getLong(2);
		};
		this.last = (this.header.get(0) & 0x80) != 0;
		this.opcode = this.header.get(0) & 0x0F;
		this.header.clear();
		if (this.opcode == FrameOpcode.TEXT || this.opcode == FrameOpcode.BINARY) {
			this.type = (this.opcode == FrameOpcode.TEXT) ? Type.TEXT : Type.BINARY;
		}
		if (this.left < 0 || (!isControl() && this.message.size() + this.left > this.maxMessage)) {
			throw new IOException("A message of a WebSocket is longer than " + this.maxMessage + " bytes");
		}
	}

	private void readPayload(ByteBuffer bytes) {
		byte[] part = new byte[(int) Math.min(this.left, bytes.remaining())];
		bytes.get(part);
		(isControl() ? this.control : this.message).writeBytes(part);
		this.left -= part.length;
	}

	private boolean isControl() {
		return this.opcode >= FrameOpcode.CLOSE;
	}

	private @Nullable NatsWebSocketMessage complete() {
		if (!isControl()) {
			return this.last ? new NatsWebSocketMessage(this.type, take(this.message)) : null;
		}
		byte[] payload = take(this.control);
		return switch (this.opcode) {
			case FrameOpcode.PING -> new NatsWebSocketMessage(Type.PING, payload);
			case FrameOpcode.PONG -> new NatsWebSocketMessage(Type.PONG, payload);
			default -> {
				this.close = close(payload);
				yield null;
			}
		};
	}

	private static byte[] take(ByteArrayOutputStream bytes) {
		byte[] taken = bytes.toByteArray();
		bytes.reset();
		return taken;
	}

	private static WebSocketClose close(byte[] payload) {
		if (payload.length < 2) {
			return WebSocketClose.NO_STATUS;
		}
		int code = ByteBuffer.wrap(payload).getShort() & 0xFFFF;
		String reason = new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
		return (code >= 1000 && code <= 4999) ? new WebSocketClose(code, reason) : WebSocketClose.NO_STATUS;
	}

	/**
	 * Returns why the server has closed.
	 * @return the status of its close frame, {@code null} if there has been none
	 */
	@Nullable WebSocketClose closed() {
		return this.close;
	}

}
