package io.natsproxy.core.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/**
 * A batch of what is sent at the same time, in as few buffers and writes as possible. A
 * connection on which a write fails is closed, so that it is made anew. Belongs to the
 * event loop.
 */
final class OutgoingBatch {

	private static final int BUFFER = 16 * 1024;

	/**
	 * The bytes that are written before they are flushed: what comes first must not wait
	 * for everything behind it.
	 */
	private static final int FLUSH_AFTER = 256 * 1024;

	private @Nullable Channel channel;

	private @Nullable ByteBuf buffer;

	private int unflushed;

	private @Nullable ChannelFuture lastWrite;

	private byte[] scratch = new byte[1024];

	/**
	 * Returns an array to put something together in.
	 * @param size how long it has to be at the least
	 */
	byte[] scratch(int size) {
		if (this.scratch.length < size) {
			this.scratch = new byte[size];
		}
		return this.scratch;
	}

	/**
	 * Returns a buffer to write into.
	 * @param channel where it goes
	 * @param size how much is going to be written at the most
	 */
	ByteBuf space(Channel channel, int size) {
		if (this.channel != channel) {
			flush();
			this.channel = channel;
		}
		ByteBuf buffer = this.buffer;
		if (buffer == null || buffer.maxFastWritableBytes() < size) {
			write(channel, buffer);
			if (this.unflushed > FLUSH_AFTER) {
				flush();
			}
			buffer = channel.alloc().directBuffer(Math.max(size, BUFFER));
			this.buffer = buffer;
		}
		return buffer;
	}

	private void write(Channel channel, @Nullable ByteBuf buffer) {
		this.buffer = null;
		if (buffer == null) {
			return;
		}
		this.unflushed += buffer.readableBytes();
		boolean written = false;
		try {
			ChannelPromise promise = promise(channel, buffer);
			this.lastWrite = promise;
			channel.write(buffer, promise);
			written = !promise.isDone() || promise.isSuccess();
		}
		finally {
			if (!written) {
				// What it says would be missing: a subscription, for one.
				channel.close();
			}
		}
	}

	private static ChannelPromise promise(Channel channel, ByteBuf buffer) {
		boolean made = false;
		try {
			ChannelPromise promise = channel.newPromise();
			made = true;
			return promise;
		}
		finally {
			if (!made) {
				buffer.release();
			}
		}
	}

	/**
	 * Sends what has been written.
	 * @return completes when that has been taken by the operating system or has failed;
	 * {@code null} when there was nothing
	 */
	@Nullable ChannelFuture flush() {
		Channel channel = this.channel;
		if (channel == null) {
			return null;
		}
		write(channel, this.buffer);
		ChannelFuture last = this.lastWrite;
		this.lastWrite = null;
		if (last != null) {
			this.unflushed = 0;
			channel.flush();
		}
		return last;
	}

}
