package io.natsproxy.broker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import org.jspecify.annotations.Nullable;

/**
 * The data that one client is still to receive, in order. Every thread may add to it;
 * only the client's event loop writes from it. Its lock also guards the client's
 * {@link Subscription subscriptions}: a message is either queued before an {@code UNSUB}
 * takes effect, and so before the {@code PONG} that follows, or not at all.
 * <p>
 * Small payloads are copied into shared chunks, which a short message should not keep a
 * large read buffer alive for; larger ones are retained slices.
 */
final class OutboundQueue {

	private static final int MAX_COPIED_PAYLOAD = 2048;

	private static final int FIRST_CHUNK = 1024;

	private static final int CHUNK = 64 * 1024;

	private final Channel channel;

	private final Runnable flush;

	private final long maxPending;

	/** Bytes that have been queued and not yet been accepted by the socket. */
	private final AtomicLong pending = new AtomicLong();

	private final Deque<Chunk> chunks = new ArrayDeque<>();

	/** The last chunk, while it may still grow. */
	private @Nullable ByteBuf tail;

	private boolean flushScheduled;

	private boolean closed;

	/**
	 * Creates a queue.
	 * @param flush is called on the event loop after something was added, and is to call
	 * {@link #flush()}
	 * @param maxPending the limit in bytes
	 */
	OutboundQueue(Channel channel, Runnable flush, long maxPending) {
		this.channel = channel;
		this.flush = flush;
		this.maxPending = maxPending;
	}

	/**
	 * Adds a message if the subscription still wants one.
	 */
	synchronized Delivery deliver(Subscription subscription, OutboundMessage message) {
		if (this.closed || subscription.isEnded()) {
			return Delivery.REFUSED;
		}
		int lineLength = message.lineLength(subscription);
		ByteBuf payload = message.payload();
		int payloadLength = payload.readableBytes();
		if (!reserve(lineLength + payloadLength)) {
			return Delivery.OVERFLOWN;
		}
		subscription.claim();
		boolean copied = payloadLength <= MAX_COPIED_PAYLOAD;
		ByteBuf target = writable(copied ? lineLength + payloadLength : lineLength);
		message.writeLine(subscription, target);
		if (copied) {
			target.writeBytes(payload, payload.readerIndex(), payloadLength);
		}
		else {
			this.chunks.add(new Chunk(payload.retainedSlice(), true));
			this.tail = null;
		}
		scheduleFlush();
		return subscription.isEnded() ? Delivery.LAST : Delivery.ACCEPTED;
	}

	/**
	 * Adds a line of the protocol.
	 * @return {@code false} if the queue is closed or full
	 */
	synchronized boolean send(byte[] line) {
		if (this.closed || !reserve(line.length)) {
			return false;
		}
		writable(line.length).writeBytes(line);
		scheduleFlush();
		return true;
	}

	/**
	 * Ends a subscription after so many deliveries.
	 * @return whether it has ended
	 */
	synchronized boolean end(Subscription subscription, int max) {
		subscription.endAfter(max);
		return subscription.isEnded();
	}

	synchronized boolean hasEnded(Subscription subscription) {
		return subscription.isEnded();
	}

	/**
	 * Accepts nothing more. To be called on the event loop.
	 * @param lastLine what the client is told before the connection closes
	 * @param discard whether to drop the messages that are not on their way yet
	 * @return when all has been written; it may never be
	 */
	ChannelFuture finish(byte[] lastLine, boolean discard) {
		synchronized (this) {
			this.closed = true;
			if (discard) {
				discard(true);
			}
			if (lastLine.length > 0) {
				this.pending.addAndGet(lastLine.length);
				writable(lastLine.length).writeBytes(lastLine);
			}
		}
		write(true);
		return this.channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
	}

	/**
	 * Accepts nothing more and releases what is kept.
	 */
	synchronized void close() {
		this.closed = true;
		discard(false);
	}

	/**
	 * Writes what has been queued. To be called on the event loop.
	 */
	void flush() {
		synchronized (this) {
			this.flushScheduled = false;
		}
		write(false);
	}

	long pending() {
		return this.pending.get();
	}

	private void write(boolean all) {
		boolean written = false;
		// What stays here while the socket is busy can still be dropped.
		while (all || this.channel.isWritable()) {
			Chunk chunk = poll();
			if (chunk == null) {
				break;
			}
			int length = chunk.content().readableBytes();
			this.channel.write(chunk.content()).addListener((future) -> this.pending.addAndGet(-length));
			written = true;
		}
		if (written) {
			this.channel.flush();
		}
	}

	private synchronized @Nullable Chunk poll() {
		Chunk chunk = this.chunks.poll();
		if (chunk != null && chunk.content() == this.tail) {
			this.tail = null;
		}
		return chunk;
	}

	private boolean reserve(int length) {
		if (this.pending.get() + length > this.maxPending) {
			this.closed = true;
			return false;
		}
		this.pending.addAndGet(length);
		return true;
	}

	private ByteBuf writable(int length) {
		ByteBuf tail = this.tail;
		if (tail == null || tail.maxWritableBytes() < length) {
			tail = this.channel.alloc().ioBuffer(Math.max(length, FIRST_CHUNK), Math.max(length, CHUNK));
			this.chunks.add(new Chunk(tail, false));
			this.tail = tail;
		}
		return tail;
	}

	private void scheduleFlush() {
		if (!this.flushScheduled) {
			try {
				this.channel.eventLoop().execute(this.flush);
				this.flushScheduled = true;
			}
			catch (RejectedExecutionException ex) {
				// The broker has stopped: close() releases what is queued.
				this.closed = true;
			}
		}
	}

	private void discard(boolean keepStartedMessage) {
		Chunk started = keepStartedMessage ? this.chunks.peek() : null;
		if (started != null && started.continuation()) {
			this.chunks.poll();
		}
		else {
			started = null;
		}
		for (Chunk chunk : this.chunks) {
			this.pending.addAndGet(-chunk.content().readableBytes());
			chunk.content().release();
		}
		this.chunks.clear();
		this.tail = null;
		if (started != null) {
			this.chunks.add(started);
		}
	}

	/**
	 * The results of handing a message to the queue of a client.
	 */
	enum Delivery {

		ACCEPTED,

		/** Accepted, and the subscription has had all that it wanted. */
		LAST,

		REFUSED,

		/** The client is too slow: the queue is closed, the connection is to be. */
		OVERFLOWN

	}

	/**
	 * Bytes to be written.
	 *
	 * @param continuation whether a message that began in the chunk before goes on here
	 */
	private record Chunk(ByteBuf content, boolean continuation) {

	}

}
