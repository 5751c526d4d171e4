package io.natsproxy.core.transport.netty;

import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.memory.ByteBudget;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.concurrent.Queues;

/**
 * The way of messages and commands from any thread to the socket: they are written on the
 * event loop, in the order of the calls, and all that wait at once with one flush.
 * Nothing is kept to be sent later. Safe for use by many threads, but for what is said to
 * be on the event loop.
 */
final class OutgoingQueue {

	/**
	 * The most bytes that may wait to be sent: a server that does not read must not fill
	 * the memory.
	 */
	private static final long MAX_PENDING = 64L * 1024 * 1024;

	/**
	 * The time, in nanoseconds, after which what the event loop publishes goes out with
	 * the next message, and not at the end of its turn: who receives it could be at work
	 * meanwhile.
	 */
	private static final long MAX_BATCH_NANOS = 400_000;

	private static final String CLOSED = "The connection to NATS has been closed";

	private static final Logger logger = LoggerFactory.getLogger(NettyTransport.class);

	private final EventLoop loop;

	private final CurrentPort current;

	private final Queue<Runnable> tasks = Queues.<Runnable>unboundedMultiproducer().get();

	private final AtomicBoolean scheduled = new AtomicBoolean();

	private final Runnable drain = this::drain;

	private final UnsentBytes unsent = new UnsentBytes();

	private final OutgoingBatch batch = new OutgoingBatch();

	/**
	 * The bytes that have been written since the last flush, and are counted as unsent.
	 */
	private long written;

	private boolean batched;

	private long batchStart;

	private final AtomicLong published = new AtomicLong();

	private final AtomicLong sent = new AtomicLong();

	private volatile boolean closed;

	/**
	 * Creates a queue.
	 * @param loop writes
	 * @param current tells where to
	 */
	OutgoingQueue(EventLoop loop, CurrentPort current) {
		this.loop = loop;
		this.current = current;
	}

	/**
	 * Publishes a message.
	 * @throws IllegalStateException if too much waits to be sent, or the queue has been
	 * closed
	 */
	void publish(OutgoingMessage publication) {
		int size = publication.size();
		Runnable task = () -> send(publication, size);
		long unsent = this.unsent.add(size);
		if (unsent > MAX_PENDING && unsent != size) {
			this.unsent.remove(size);
			throw new IllegalStateException("Too much waits to be sent to NATS");
		}
		if (this.loop.inEventLoop()) {
			sendNow(task);
		}
		else {
			enqueue(task, size);
		}
	}

	/**
	 * Sends what is published on the event loop itself, after what was queued before.
	 */
	private void sendNow(Runnable task) {
		runQueued();
		task.run();
		long now = System.nanoTime();
		if (!this.batched) {
			this.batched = true;
			this.batchStart = now;
		}
		else if (now - this.batchStart > MAX_BATCH_NANOS) {
			flush();
			return;
		}
		schedule();
	}

	private void send(OutgoingMessage publication, int size) {
		Handover handover = this.current.handover();
		if (handover != null && handover.hold(() -> send(publication, size))) {
			return;
		}
		this.published.lazySet(this.published.get() + 1);
		// Counted from here on, whatever becomes of it.
		this.written += size;
		Channel channel = this.current.channel();
		if (channel == null) {
			return;
		}
		ByteBuf target = this.batch.space(channel, size);
		int start = target.writerIndex();
		boolean whole = false;
		try {
			publication.write(this.batch, target);
			whole = true;
		}
		finally {
			if (!whole) {
				target.writerIndex(start);
			}
		}
	}

	/**
	 * Sends what jnats has written.
	 * @throws IllegalStateException if the queue has been closed
	 */
	void sendRaw(Channel channel, byte[] bytes) {
		Runnable task = () -> {
			this.written += bytes.length;
			write(channel, bytes);
		};
		this.unsent.add(bytes.length);
		enqueue(task, bytes.length);
	}

	/**
	 * Does something on the event loop, in the order of the calls, and before whatever is
	 * published there later.
	 * @throws IllegalStateException if the queue has been closed
	 */
	void enqueue(Runnable task) {
		enqueue(task, 0);
	}

	/**
	 * Does something that is counted as unsent, and not any longer if it is not going to
	 * be done.
	 */
	private void enqueue(Runnable task, int size) {
		boolean queued = false;
		try {
			if (this.closed) {
				throw new IllegalStateException(CLOSED);
			}
			queued = this.tasks.add(task);
		}
		finally {
			if (!queued) {
				onSent(size);
			}
		}
		schedule();
	}

	private void schedule() {
		if (!this.scheduled.get() && this.scheduled.compareAndSet(false, true)) {
			boolean executed = false;
			try {
				this.loop.execute(this.drain);
				executed = true;
			}
			catch (RejectedExecutionException ex) {
				throw new IllegalStateException(CLOSED, ex);
			}
			finally {
				if (!executed) {
					// Or else nobody would try again.
					this.scheduled.set(false);
				}
			}
		}
	}

	private void drain() {
		this.scheduled.set(false);
		runQueued();
		flush();
	}

	private void runQueued() {
		for (Runnable task = this.tasks.poll(); task != null; task = this.tasks.poll()) {
			run(task);
		}
	}

	/**
	 * Runs a task that publishes, whatever it throws; on the event loop.
	 */
	static void run(Runnable task) {
		try {
			task.run();
		}
		catch (Throwable ex) {
			Uncaught.report(logger, "A message could not be sent to NATS", ex);
		}
	}

	void writeLine(Channel channel, String line) {
		write(channel, line.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Writes what must not be missing: if it cannot be written, the connection is made
	 * anew. On the event loop.
	 */
	void write(Channel channel, byte[] bytes) {
		boolean written = false;
		try {
			this.batch.space(channel, bytes.length).writeBytes(bytes);
			written = true;
		}
		finally {
			if (!written) {
				channel.close();
			}
		}
	}

	/**
	 * Sends what has been written; on the event loop.
	 */
	void flush() {
		this.batched = false;
		ChannelFuture flushed = this.batch.flush();
		long written = this.written;
		this.written = 0;
		boolean listening = false;
		try {
			if (flushed != null && !flushed.isDone()) {
				flushed.addListener((future) -> onSent(written));
				listening = true;
			}
		}
		finally {
			if (!listening) {
				onSent(written);
			}
		}
	}

	private void onSent(long bytes) {
		this.sent.addAndGet(bytes);
		this.unsent.remove(bytes);
	}

	/**
	 * Returns whether so much waits to be sent that streams, and jnats, should wait.
	 */
	boolean isCrowded() {
		return this.unsent.get() > MAX_PENDING / 2;
	}

	boolean budget(ByteBudget budget) {
		return this.unsent.budget(budget);
	}

	/**
	 * Returns the number of messages that have been published.
	 */
	long published() {
		return this.published.get();
	}

	/**
	 * Returns the bytes that the operating system has taken.
	 */
	long sent() {
		return this.sent.get();
	}

	/**
	 * Returns the bytes that the operating system has not taken yet.
	 */
	long unsent() {
		return this.unsent.get();
	}

	/**
	 * Takes nothing more.
	 */
	void close() {
		this.closed = true;
	}

	/**
	 * Reserves no memory any more.
	 */
	void release() {
		this.unsent.close();
	}

}
