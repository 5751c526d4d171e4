package io.natsproxy.core.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.nats.client.Connection;
import io.nats.client.impl.ConnectionBridge;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.transport.netty.NettyTransport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reconnects a connection that has gone silent: one that says it is connected, but
 * receives nothing and answers no ping, as after the death of the reader thread of jnats.
 * Does so too when a connection is down and nobody is at work on it any more, or when it
 * is up without its transport. Works on any connection, whoever made it, and goes on
 * whatever is thrown.
 *
 * <p>
 * While something comes in, nothing is sent. The server is pinged after an interval
 * without anything, and after a quarter of it when something has been published
 * meanwhile. From then on other transports are preferred, until something comes. Two
 * pings in a row must go unanswered, so that a JVM which stood still (garbage collection,
 * a suspended machine) gets the time to read what waits for it. What the server still
 * says while it is being left is not lost, see {@link NettyTransport#leave()}.
 */
public final class ConnectionWatchdog implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger("io.natsproxy.connection");

	private static final int PINGS = 2;

	/**
	 * How often the connection is looked at within an interval.
	 */
	private static final int TICKS = 4;

	/**
	 * After how many looks in a row at which a connection was found in a state that
	 * should last for a moment only it is taken in hand.
	 */
	private static final int MOMENTS = 3 * TICKS;

	/**
	 * By how much a thread may run late on a machine that is busy.
	 */
	private static final long LATE_MILLIS = 200;

	private static final String FAILED = "The NATS connection could not be made anew, trying again";

	private final Connection connection;

	private final Duration interval;

	private final Duration timeout;

	private final ThreadFactory threads;

	private volatile @Nullable Thread thread;

	private boolean closed;

	/**
	 * Used by the thread that watches, like what follows.
	 */
	private long received = -1;

	private long published;

	private long quietSince = System.nanoTime();

	private int moments;

	/**
	 * Create a watchdog, which does nothing before {@link #start()}.
	 * @param connection the connection to watch
	 * @param interval the time without a message after which the server is pinged, one
	 * millisecond at least
	 * @param timeout the time that the answer to a ping may take, one millisecond at
	 * least
	 */
	public ConnectionWatchdog(Connection connection, Duration interval, Duration timeout) {
		this(connection, interval, timeout, ConnectionWatchdog::newThread);
	}

	ConnectionWatchdog(Connection connection, Duration interval, Duration timeout, ThreadFactory threads) {
		if (interval.toMillis() < 1 || timeout.toMillis() < 1) {
			throw new IllegalArgumentException("Interval and timeout must be one millisecond at least");
		}
		this.connection = connection;
		this.interval = interval;
		this.timeout = timeout;
		this.threads = threads;
	}

	private static Thread newThread(Runnable task) {
		Thread thread = new Thread(task, "nats-watchdog");
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Start to watch, on a daemon thread of its own. Does nothing while that is alive,
	 * when the connection is closed, or when this has been closed.
	 */
	public synchronized void start() {
		if (!this.closed && !isWatching()) {
			Thread thread = this.threads.newThread(this::watch);
			this.thread = thread;
			thread.start();
		}
	}

	/**
	 * Whether the connection is being watched, or need not be any more.
	 * @return {@code false} if it has not been started, or its thread has died
	 */
	public boolean isWatching() {
		Thread thread = this.thread;
		return (thread != null && thread.isAlive()) || this.connection.getStatus() == Connection.Status.CLOSED;
	}

	/**
	 * Stop to watch.
	 */
	@Override
	public synchronized void close() {
		this.closed = true;
		Thread thread = this.thread;
		this.thread = null;
		if (thread != null) {
			thread.interrupt();
		}
	}

	private void watch() {
		Thread self = Thread.currentThread();
		while (this.thread == self && this.connection.getStatus() != Connection.Status.CLOSED) {
			try {
				watchAndReport(self);
			}
			catch (InterruptedException ex) {
				// Closed, or somebody else's mistake.
			}
			catch (Throwable ex) {
				// There was no memory for its report: not even for the text of it.
			}
		}
	}

	private void watchAndReport(Thread self) throws InterruptedException {
		try {
			watchOnce(self);
		}
		catch (InterruptedException ex) {
			throw ex;
		}
		catch (Throwable ex) {
			Uncaught.report(logger, "The watchdog of the NATS connection has failed, and goes on", ex);
		}
	}

	private void watchOnce(Thread self) throws InterruptedException {
		long tick = Math.max(1, this.interval.toMillis() / TICKS);
		long begin = System.nanoTime();
		Thread.sleep(tick);
		long now = System.nanoTime();
		boolean stoodStill = isLate(now - begin, tick);
		if (isStuck()) {
			this.moments = 0;
			takeInHand();
		}
		else if (received() != this.received || stoodStill) {
			heard(now);
		}
		else if (now - this.quietSince >= TimeUnit.MILLISECONDS
			.toNanos(isWaiting() ? tick : this.interval.toMillis())) {
			if (isSilent(self)) {
				reconnect();
			}
			heard(System.nanoTime());
		}
	}

	/**
	 * Whether something took so much longer than it should that this JVM did not get on.
	 */
	private static boolean isLate(long nanos, long millis) {
		return TimeUnit.NANOSECONDS.toMillis(nanos) > 2 * millis + LATE_MILLIS;
	}

	private void heard(long now) {
		this.received = received();
		this.published = published();
		this.quietSince = now;
	}

	/**
	 * Whether something has been published since anything came.
	 */
	private boolean isWaiting() {
		return published() != this.published;
	}

	/**
	 * Whether the connection has been in a state for long that should last for a moment
	 * only.
	 */
	private boolean isStuck() {
		boolean passing = ConnectionBridge.isAbandoned(this.connection) || isWithoutTransport();
		this.moments = passing ? this.moments + 1 : 0;
		return this.moments >= MOMENTS;
	}

	/**
	 * Whether the connection is up for jnats, and down for the transport.
	 */
	private boolean isWithoutTransport() {
		NettyTransport transport = NettyTransport.of(this.connection);
		return transport != null && isConnected() && !transport.isConnected();
	}

	private void takeInHand() throws InterruptedException {
		logger.warn("The NATS connection is {} and nobody is at work on it. Reconnecting.",
				isConnected() ? "up without its transport" : "down");
		if (ConnectionBridge.isAbandoned(this.connection)) {
			ConnectionBridge.release(this.connection);
		}
		forceReconnect();
	}

	/**
	 * Pings the server. A ping does not count while this JVM, or the event loop, does not
	 * get on, nor while what was sent before is still on its way.
	 */
	private boolean isSilent(Thread self) throws InterruptedException {
		NettyTransport transport = NettyTransport.of(this.connection);
		if (transport != null) {
			transport.doubt();
		}
		int unanswered = 0;
		while (unanswered < PINGS) {
			AtomicBoolean loopTurned = new AtomicBoolean(transport == null);
			long sent = 0;
			if (transport != null) {
				sent = transport.sent();
				transport.loop().execute(() -> loopTurned.set(true));
			}
			long begin = System.nanoTime();
			if (!isConnected() || isAnswered() || received() != this.received || this.thread != self) {
				return false;
			}
			boolean stoodStill = isLate(System.nanoTime() - begin, this.timeout.toMillis());
			boolean sending = transport != null && transport.unsent() > 0 && transport.sent() != sent;
			if (!stoodStill && !sending && loopTurned.get()) {
				unanswered++;
			}
		}
		return isConnected();
	}

	private boolean isAnswered() throws InterruptedException {
		try {
			this.connection.flush(this.timeout);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (IllegalStateException ex) {
			// The outgoing queue is full: nothing is read on the other side either.
			Thread.sleep(this.timeout.toMillis());
			return false;
		}
	}

	private void reconnect() throws InterruptedException {
		logger.warn("NATS at {} has not answered {} pings although the connection is up. Reconnecting.",
				ServerAddresses.redact(this.connection.getConnectedUrl()), PINGS);
		NettyTransport transport = NettyTransport.of(this.connection);
		try {
			if (transport != null) {
				transport.leave();
			}
			else {
				this.connection.forceReconnect();
			}
		}
		catch (IOException | RuntimeException ex) {
			logger.warn(FAILED, ex);
		}
	}

	private void forceReconnect() throws InterruptedException {
		try {
			this.connection.forceReconnect();
		}
		catch (IOException | RuntimeException ex) {
			logger.warn(FAILED, ex);
		}
	}

	private boolean isConnected() {
		return this.connection.getStatus() == Connection.Status.CONNECTED;
	}

	/**
	 * Counts what jnats has received, in whole messages, and the transport, in any parts.
	 * With a statistics collector that does not count, every interval ends with a ping,
	 * which is as good.
	 */
	private long received() {
		NettyTransport transport = NettyTransport.of(this.connection);
		long ofTransport = (transport != null) ? transport.received() : 0;
		return this.connection.getStatistics().getInBytes() + ofTransport;
	}

	private long published() {
		NettyTransport transport = NettyTransport.of(this.connection);
		return (transport != null) ? transport.published() : this.connection.getStatistics().getOutMsgs();
	}

}
