package io.natsproxy.core.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import io.nats.client.Connection;
import io.nats.client.impl.ConnectionBridge;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.transport.netty.NettyTransport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that reconnects a connection which has gone silent: one that says it is
 * connected, but receives nothing and answers no ping, as after the death of the reader
 * thread of jnats. Does so too when a connection is down and nobody is at work on it any
 * more, or when it is up without its transport. Works on any connection, whoever made it,
 * and goes on whatever is thrown.
 *
 * <p>
 * While something comes in, nothing is sent. The server is pinged after an interval
 * without anything, and after a quarter of it when something has been published
 * meanwhile. From then on other transports are preferred, until something comes (see
 * {@link SilenceCheck}). What the server still says while it is being left is not lost,
 * see {@link NettyTransport#leave()}.
 */
public final class ConnectionWatchdog implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger("io.natsproxy.connection");

	/**
	 * The number of looks at the connection within an interval.
	 */
	private static final int TICKS = 4;

	/**
	 * The number of looks in a row that have to find a connection in a state that should
	 * last for a moment only, before it is taken in hand.
	 */
	private static final int MOMENTS = 3 * TICKS;

	private static final String FAILED = "The NATS connection could not be made anew, trying again";

	private final Connection connection;

	private final Duration interval;

	private final ConnectionActivity activity;

	private final SilenceCheck check;

	private final ThreadFactory threads;

	private volatile @Nullable Thread thread;

	private boolean closed;

	/**
	 * Used by the thread that watches.
	 */
	private int moments;

	/**
	 * Creates a watchdog, which does nothing before {@link #start()}.
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
		this.activity = new ConnectionActivity(connection);
		this.check = new SilenceCheck(connection, this.activity, timeout);
		this.threads = threads;
	}

	private static Thread newThread(Runnable task) {
		Thread thread = new Thread(task, "nats-watchdog");
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Starts watching, on a daemon thread of its own. Does nothing while that is alive,
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
	 * Returns whether the connection is being watched, or need not be any more.
	 * @return {@code false} if it has not been started, or its thread has died
	 */
	public boolean isWatching() {
		Thread thread = this.thread;
		return (thread != null && thread.isAlive()) || this.connection.getStatus() == Connection.Status.CLOSED;
	}

	/**
	 * Returns whether the connection is up, or is going to come back.
	 * @return {@code false} if it has been closed, or is being closed
	 */
	public boolean isConnectionOpen() {
		return !ConnectionBridge.isOver(this.connection);
	}

	/**
	 * Stops watching.
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
		boolean stoodStill = SilenceCheck.isLate(now - begin, tick);
		if (isStuck()) {
			this.moments = 0;
			takeInHand();
		}
		else if (this.activity.hasReceived() || stoodStill) {
			this.activity.see(now);
		}
		else if (this.activity.quietNanos(now) >= TimeUnit.MILLISECONDS
			.toNanos(this.activity.hasPublished() ? tick : this.interval.toMillis())) {
			if (this.check.isSilent(() -> this.thread == self)) {
				reconnect();
			}
			this.activity.see(System.nanoTime());
		}
	}

	/**
	 * Returns whether the connection has been in a state for long that should last for a
	 * moment only.
	 */
	private boolean isStuck() {
		boolean passing = ConnectionBridge.isAbandoned(this.connection) || isWithoutTransport();
		this.moments = passing ? this.moments + 1 : 0;
		return this.moments >= MOMENTS;
	}

	/**
	 * Returns whether the connection is up for jnats, and down for the transport.
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

	private void reconnect() throws InterruptedException {
		logger.warn("NATS at {} has not answered {} pings although the connection is up. Reconnecting.",
				ServerAddresses.redact(this.connection.getConnectedUrl()), SilenceCheck.PINGS);
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

}
