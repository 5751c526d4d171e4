package io.natsproxy.core.transport.netty;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

import io.natsproxy.core.transport.jnats.AuthenticationErrors;
import io.natsproxy.core.transport.jnats.HeaderBlock;
import io.natsproxy.core.transport.jnats.MalformedMessages;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The part of what a server sends that is for jnats, without what jnats would not
 * survive: a malformed header block becomes one with the only header
 * {@value io.natsproxy.core.wire.WireProtocol#MALFORMED_HEADER}, of the same length where
 * that is long enough. Belongs to the event loop.
 */
final class JnatsInput {

	private static final byte[] LINE_END = { '\r', '\n' };

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private byte[] headerBytes = {};

	/**
	 * Passes bytes on as they are.
	 */
	void pass(ByteBuf input, int length) throws IOException {
		input.readBytes(this.bytes, length);
	}

	/**
	 * Passes an error on, in other words where jnats would close the connection for good.
	 * @param length the length of its line
	 */
	void error(ByteBuf input, int length) throws IOException {
		String line = input.toString(input.readerIndex(), length, StandardCharsets.ISO_8859_1);
		String changed = AuthenticationErrors.numbered(line);
		if (changed == null) {
			pass(input, length);
			return;
		}
		input.skipBytes(length);
		this.bytes.writeBytes(changed.getBytes(StandardCharsets.ISO_8859_1));
	}

	/**
	 * Passes on the beginning of a message, up to its payload.
	 * @param line its control line
	 * @param input its header block, as a whole
	 * @param headers the length of that, in bytes
	 * @param data the length of the payload, in bytes
	 */
	void message(ControlLine line, ByteBuf input, int headers, long data) {
		byte[] block = read(input, headers);
		if (line.isWithHeaders() && !HeaderBlock.isReadable(block, 0, headers)) {
			MalformedMessages.report(line.subject());
			this.bytes.writeBytes(HeaderBlock.marked(line.upToHeaders(), headers, data));
			return;
		}
		this.bytes.write(line.bytes(), 0, line.length());
		this.bytes.writeBytes(LINE_END);
		this.bytes.write(block, 0, headers);
	}

	private byte[] read(ByteBuf input, int length) {
		if (this.headerBytes.length < length) {
			this.headerBytes = new byte[length];
		}
		input.readBytes(this.headerBytes, 0, length);
		return this.headerBytes;
	}

	/**
	 * Takes out what has been passed on since the last time.
	 * @return the bytes, {@code null} if there are none
	 */
	byte @Nullable [] take() {
		if (this.bytes.size() == 0) {
			return null;
		}
		byte[] taken = this.bytes.toByteArray();
		this.bytes.reset();
		return taken;
	}

}
