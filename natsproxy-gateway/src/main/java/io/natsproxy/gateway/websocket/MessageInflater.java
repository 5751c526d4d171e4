package io.natsproxy.gateway.websocket;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

import io.netty.buffer.ByteBuf;

/**
 * Inflates the messages of one client, which may refer to those before (RFC 7692, section
 * 7.2.2). Holds memory outside of the heap until it is closed.
 */
final class MessageInflater implements AutoCloseable {

	private static final int MIN_ROOM = 512;

	private static final int MAX_ROOM = 16 * 1024;

	private static final byte[] TAIL = { 0, 0, (byte) 0xff, (byte) 0xff };

	private final Inflater inflater = new Inflater(true);

	/**
	 * Inflates a part of a message.
	 * @param part the part, all of which is used
	 * @param message where the bytes are appended
	 * @param limit how many bytes the message may have
	 * @return whether they are no more than that
	 * @throws DataFormatException if the part cannot be inflated
	 */
	boolean inflate(ByteBuf part, ByteBuf message, int limit) throws DataFormatException {
		return inflate(part.nioBuffer(), message, limit);
	}

	/**
	 * Inflates what is left of a message whose parts are complete.
	 * @param message where the bytes are appended
	 * @param limit how many bytes the message may have
	 * @return whether they are no more than that
	 * @throws DataFormatException if the message cannot be inflated
	 */
	boolean finish(ByteBuf message, int limit) throws DataFormatException {
		return inflate(ByteBuffer.wrap(TAIL), message, limit);
	}

	private boolean inflate(ByteBuffer input, ByteBuf message, int limit) throws DataFormatException {
		this.inflater.setInput(input);
		while (true) {
			int count = inflateSome(message, limit);
			if (message.readableBytes() > limit) {
				return false;
			}
			if (this.inflater.finished()) {
				// A last block (section 7.2.3.4), behind which others begin anew.
				this.inflater.reset();
				if (!input.hasRemaining()) {
					return true;
				}
				this.inflater.setInput(input);
			}
			else if (count == 0) {
				if (this.inflater.needsDictionary()) {
					throw new DataFormatException("A dictionary is needed");
				}
				return true;
			}
		}
	}

	/**
	 * Inflates as much as there is room for, which is one byte more than the limit: that
	 * tells a message which is too long from one that is not.
	 */
	private int inflateSome(ByteBuf message, int limit) throws DataFormatException {
		int room = (int) Math.min((long) limit + 1 - message.readableBytes(),
				Math.max(MIN_ROOM, Math.min(MAX_ROOM, message.readableBytes())));
		message.ensureWritable(room);
		int count = this.inflater.inflate(message.nioBuffer(message.writerIndex(), room));
		message.writerIndex(message.writerIndex() + count);
		return count;
	}

	@Override
	public void close() {
		this.inflater.end();
	}

}
