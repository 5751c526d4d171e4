package io.natsproxy.benchmarks.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * The frames of WebSockets (RFC 6455, section 5), as far as short messages need them.
 */
final class SocketFrames {

	static final int TEXT = 0x1;

	static final int CLOSE = 0x8;

	static final int PING = 0x9;

	static final int PONG = 0xA;

	private static final int FINAL = 0x80;

	private static final int MASKED = 0x80;

	private static final int SHORT = 125;

	private static final int SIXTEEN_BITS = 126;

	private static final int MASK = 4;

	private SocketFrames() {
	}

	/**
	 * Encodes a text from a client. Its mask is zero, so that the payload stands as it
	 * is.
	 * @param text up to 125 bytes
	 * @return a buffer that is never released, to be sent again and again
	 */
	static ByteBuf text(String text) {
		ByteBuf frame = frame(TEXT, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
		ByteBuffer direct = ByteBuffer.allocateDirect(frame.readableBytes()).put(frame.nioBuffer()).flip();
		return Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(direct));
	}

	/**
	 * Encodes the answer to a ping.
	 * @param payload the payload of the ping
	 * @return a buffer to be sent
	 */
	static ByteBuf pong(ByteBuf payload) {
		return frame(PONG, payload);
	}

	private static ByteBuf frame(int opcode, ByteBuf payload) {
		int length = payload.readableBytes();
		if (length > SHORT) {
			throw new IllegalArgumentException("Longer than " + SHORT + " bytes");
		}
		return Unpooled.buffer(length + 2 + MASK)
			.writeByte(FINAL | opcode)
			.writeByte(MASKED | length)
			.writeInt(0)
			.writeBytes(payload);
	}

	/**
	 * Reads a frame from a server.
	 * @param in what has come; left as it is until there is a whole frame
	 * @return the frame, or {@code null} if it is not complete
	 * @throws MalformedResponseException if it is no whole message of less than 64 KiB
	 */
	static @Nullable Frame read(ByteBuf in) {
		int start = in.readerIndex();
		if (in.readableBytes() < 2) {
			return null;
		}
		int first = in.getUnsignedByte(start);
		int length = in.getUnsignedByte(start + 1);
		if ((first & 0xF0) != FINAL || length > SIXTEEN_BITS) {
			throw new MalformedResponseException("A fragmented, masked, compressed or long message");
		}
		int head = 2;
		if (length == SIXTEEN_BITS) {
			head = 4;
			if (in.readableBytes() < head) {
				return null;
			}
			length = in.getUnsignedShort(start + 2);
		}
		if (in.readableBytes() < head + length) {
			return null;
		}
		in.skipBytes(head);
		return new Frame(first & 0x0F, in.readSlice(length));
	}

	/**
	 * A frame.
	 *
	 * @param opcode its kind
	 * @param payload valid until the next frame is read
	 */
	record Frame(int opcode, ByteBuf payload) {

	}

}
