package io.natsproxy.benchmarks.load;

import java.util.zip.CRC32C;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * A body that is one block over and over, so that a long one takes no memory.
 *
 * @param block the block
 * @param length the length of the body
 */
record RepeatedBytes(byte[] block, long length) {

	private static final int BLOCK = 64 * 1024;

	/**
	 * Returns a body that is its block.
	 * @param bytes the whole body
	 * @return the body
	 */
	static RepeatedBytes of(byte[] bytes) {
		return new RepeatedBytes(bytes, bytes.length);
	}

	/**
	 * Returns a body of which byte n is n modulo 256.
	 * @param length how long it is
	 * @return the body
	 */
	static RepeatedBytes counting(long length) {
		byte[] block = new byte[(int) Math.min(length, BLOCK)];
		for (int i = 0; i < block.length; i++) {
			block[i] = (byte) i;
		}
		return new RepeatedBytes(block, length);
	}

	/**
	 * Whether a part of a buffer is what stands at a place of the body.
	 * @param offset the place
	 * @param buffer the buffer
	 * @param index where the part begins in the buffer
	 * @param size how long the part is
	 * @return whether they are the same
	 */
	boolean matches(long offset, ByteBuf buffer, int index, int size) {
		if (offset + size > this.length) {
			return false;
		}
		ByteBuf block = Unpooled.wrappedBuffer(this.block);
		int compared = 0;
		while (compared < size) {
			int place = (int) ((offset + compared) % this.block.length);
			int length = Math.min(size - compared, this.block.length - place);
			if (!ByteBufUtil.equals(buffer, index + compared, block, place, length)) {
				return false;
			}
			compared += length;
		}
		return true;
	}

	/**
	 * Returns the checksum that services answer to an upload.
	 * @return the CRC-32C of the body
	 */
	long checksum() {
		CRC32C checksum = new CRC32C();
		for (long sent = 0; sent < this.length; sent += this.block.length) {
			checksum.update(this.block, 0, (int) Math.min(this.block.length, this.length - sent));
		}
		return checksum.getValue();
	}

}
