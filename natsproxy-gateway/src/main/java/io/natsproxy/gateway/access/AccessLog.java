package io.natsproxy.gateway.access;

import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

import io.natsproxy.core.liveness.RepeatingTasks;
import io.natsproxy.core.log.RateLimitedLog;
import org.slf4j.LoggerFactory;

/**
 * The access log of a gateway. Entries wait in a queue of bounded length for the thread
 * that writes them; where it does not keep up, they are dropped and counted. Whoever adds
 * one never waits. Safe for use by many threads.
 */
public final class AccessLog implements AutoCloseable {

	/**
	 * Outcome of a request that a service has answered, whatever the status.
	 */
	public static final String ANSWERED = "answered";

	/**
	 * Outcome of a request that the application has answered by itself, or another
	 * mapping than that of the gateway.
	 */
	public static final String LOCAL = "local";

	/**
	 * Outcome of a request whose client has gone before it had the whole response.
	 */
	public static final String CLIENT_GONE = "client-gone";

	/**
	 * Outcome of a request whose response has broken off.
	 */
	public static final String BROKEN_OFF = "broken-off";

	/**
	 * Outcome of a handshake after which the connection is one of WebSockets.
	 */
	public static final String UPGRADED = "upgraded";

	/**
	 * Outcome of a WebSocket: it has ended.
	 */
	public static final String CLOSED = "closed";

	private static final Duration INTERVAL = Duration.ofMillis(100);

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	private final RateLimitedLog troubles = new RateLimitedLog(LoggerFactory.getLogger(AccessLog.class));

	private final AccessFormat format;

	private final AccessSink sink;

	private final int queueSize;

	private final Queue<AccessEntry> queue = new ConcurrentLinkedQueue<>();

	private final AtomicInteger waiting = new AtomicInteger();

	private final AtomicLong dropped = new AtomicLong();

	private final StringBuilder line = new StringBuilder();

	private final RepeatingTasks writer = new RepeatingTasks("natsproxy-access-log", Runnable::run);

	/**
	 * Held by whoever writes, like all that follows.
	 */
	private final ReentrantLock writing = new ReentrantLock();

	private long reported;

	/**
	 * Lines that are written, and may be lost until they are handed on.
	 */
	private long buffered;

	/**
	 * Creates a log, and starts its thread.
	 * @param format the format of lines
	 * @param sink where they go; closed by this object
	 * @param queueSize how many entries may wait
	 */
	public AccessLog(AccessFormat format, AccessSink sink, int queueSize) {
		this.format = format;
		this.sink = sink;
		this.queueSize = queueSize;
		this.writer.repeat(this::drain, INTERVAL);
	}

	/**
	 * Adds an entry that has ended.
	 */
	void add(AccessEntry entry) {
		if (this.waiting.incrementAndGet() > this.queueSize) {
			this.waiting.decrementAndGet();
			this.dropped.incrementAndGet();
		}
		else {
			this.queue.add(entry);
		}
	}

	/**
	 * Returns how many lines have been left out, because too many were waiting or they
	 * could not be written.
	 * @return the number, from the start
	 */
	public long dropped() {
		return this.dropped.get();
	}

	private void drain() {
		this.writing.lock();
		try {
			writeAll();
		}
		finally {
			this.writing.unlock();
		}
	}

	private void writeAll() {
		boolean written = false;
		for (AccessEntry entry = this.queue.poll(); entry != null; entry = this.queue.poll()) {
			this.waiting.decrementAndGet();
			write(entry);
			written = true;
		}
		if (written) {
			flush();
		}
		report();
	}

	private void write(AccessEntry entry) {
		try {
			this.line.setLength(0);
			this.format.append(this.line, entry);
			this.sink.write(this.line.toString());
			this.buffered++;
		}
		catch (Exception ex) {
			this.dropped.addAndGet(this.buffered + 1);
			this.buffered = 0;
			this.troubles.warn("The access log cannot be written: {}", ex.toString());
		}
	}

	private void flush() {
		try {
			this.sink.flush();
		}
		catch (Exception ex) {
			this.dropped.addAndGet(this.buffered);
			this.troubles.warn("The access log cannot be written: {}", ex.toString());
		}
		this.buffered = 0;
	}

	private void report() {
		long dropped = this.dropped.get();
		if (dropped > this.reported) {
			this.troubles.warn("{} lines of the access log have been left out since the start", dropped);
			this.reported = dropped;
		}
	}

	/**
	 * Writes what waits, and ends the thread. Where a line cannot be written for some
	 * seconds, it is not waited for.
	 * @throws IOException if the end cannot be written
	 */
	@Override
	public void close() throws IOException {
		this.writer.close();
		try {
			if (!this.writing.tryLock(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
				return;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return;
		}
		try {
			writeAll();
			this.sink.close();
		}
		finally {
			this.writing.unlock();
		}
	}

}
