package io.natsproxy.core.transport.netty;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * A pipe for what is meant for jnats, from the event loop to its blocking reader.
 */
final class ControlPipe {

	private final Deque<byte[]> chunks = new ArrayDeque<>();

	private final long timeoutMillis;

	private int position;

	private long size;

	private boolean ended;

	private @Nullable IOException failure;

	/**
	 * Creates a pipe.
	 * @param timeoutMillis how long a read waits, 0 for ever
	 */
	ControlPipe(long timeoutMillis) {
		this.timeoutMillis = timeoutMillis;
	}

	/**
	 * Adds bytes.
	 * @return how many wait to be read
	 */
	synchronized long offer(byte[] chunk) {
		if (!this.ended && chunk.length > 0) {
			this.chunks.add(chunk);
			this.size += chunk.length;
			notifyAll();
		}
		return this.size;
	}

	/**
	 * Ends the pipe; what is in it can still be read.
	 */
	synchronized void end(@Nullable IOException failure) {
		if (!this.ended) {
			this.ended = true;
			this.failure = failure;
			notifyAll();
		}
	}

	/**
	 * Ends the pipe, and drops what is in it.
	 */
	synchronized void discard() {
		this.chunks.clear();
		this.position = 0;
		this.size = 0;
		end(null);
	}

	/**
	 * Returns how many bytes wait to be read.
	 */
	synchronized long size() {
		return this.size;
	}

	/**
	 * Reads from one chunk, once there is one.
	 * @return how many bytes were read, -1 at the end
	 * @throws IOException if the connection has failed, or nothing has come in time
	 */
	synchronized int read(byte[] target, int offset, int length) throws IOException {
		byte[] chunk = awaitChunk();
		if (chunk == null) {
			if (this.failure != null) {
				throw new IOException(this.failure.getMessage(), this.failure);
			}
			return -1;
		}
		int read = Math.min(length, chunk.length - this.position);
		System.arraycopy(chunk, this.position, target, offset, read);
		this.position += read;
		this.size -= read;
		if (this.position == chunk.length) {
			this.chunks.remove();
			this.position = 0;
		}
		return read;
	}

	private byte @Nullable [] awaitChunk() throws IOException {
		long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(this.timeoutMillis);
		try {
			while (this.chunks.isEmpty() && !this.ended) {
				long left = (this.timeoutMillis > 0)
						? TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime() + 999_999) : 0;
				if (left < 0 || (left == 0 && this.timeoutMillis > 0)) {
					throw new SocketTimeoutException("Read timed out");
				}
				wait(left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("Interrupted while reading", ex);
		}
		return this.chunks.peek();
	}

}
