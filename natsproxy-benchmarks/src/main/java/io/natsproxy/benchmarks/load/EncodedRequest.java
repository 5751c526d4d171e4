package io.natsproxy.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A request in direct memory, encoded once and sent again and again.
 */
final class EncodedRequest {

	/**
	 * The longest body that is sent in one piece with its head.
	 */
	private static final int ONE_PIECE = 128 * 1024;

	private final ByteBuf start;

	private final @Nullable ByteBuf block;

	private final long rest;

	/**
	 * Encodes a request.
	 * @param exchange the request
	 * @param target where it goes
	 */
	EncodedRequest(Exchange exchange, Target target) {
		RepeatedBytes body = exchange.request();
		this.start = ByteBufAllocator.DEFAULT.directBuffer().writeBytes(exchange.head(target.authority()));
		if (body.length() <= ONE_PIECE) {
			this.start.writeBytes(body.block(), 0, (int) body.length());
			this.block = null;
			this.rest = 0;
		}
		else {
			this.block = ByteBufAllocator.DEFAULT.directBuffer().writeBytes(body.block());
			this.rest = body.length();
		}
	}

	/**
	 * Returns the head, and the body if it is short.
	 * @return a buffer to be written
	 */
	ByteBuf start() {
		return this.start.retainedDuplicate();
	}

	/**
	 * Returns how much of the body is to be sent after {@link #start()}.
	 * @return its length in bytes
	 */
	long rest() {
		return this.rest;
	}

	/**
	 * Returns the next part of the rest.
	 * @param unsent how much has not been sent
	 * @return a buffer to be written
	 */
	ByteBuf part(long unsent) {
		ByteBuf block = this.block;
		if (block == null) {
			throw new IllegalStateException("There is no rest");
		}
		return block.retainedSlice(0, (int) Math.min(unsent, block.readableBytes()));
	}

	/**
	 * Gives the memory back, when all that was written of it has been sent.
	 */
	void release() {
		this.start.release();
		if (this.block != null) {
			this.block.release();
		}
	}

}
