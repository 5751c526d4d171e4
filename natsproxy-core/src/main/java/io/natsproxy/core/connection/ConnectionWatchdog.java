package io.natsproxy.core.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

import io.nats.client.Connection;
import io.natsproxy.core.netty.NettyLink;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reconnects a connection that has gone silent: one that says it is connected, but
 * receives nothing and answers no ping, as after the death of the reader thread of jnats.
 * Works on any connection, whoever made it.
 *
 * <p>
 * While messages come in, nothing is sent: only after an interval without any is the
 * server pinged. Two pings in a row must go unanswered, so that a JVM which stood still
 * (garbage collection, a suspended machine) gets the time to read what waits for it.
 */
public final class ConnectionWatchdog implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger("io.natsproxy.connection");

	private static final int PINGS = 2;

	private final Connection connection;

	private final Duration interval;

	private final Duration timeout;

	private volatile @Nullable Thread thread;

	/**
	 * Create a watchdog, which does nothing before {@link #start()}.
	 * @param connection the connection to watch
	 * @param interval the time without a message after which the server is pinged, one
	 * millisecond at least
	 * @param timeout the time that the answer to a ping may take, one millisecond at
	 * least
	 */
	public ConnectionWatchdog(Connection connection, Duration interval, Duration timeout) {
		if (interval.toMillis() < 1 || timeout.toMillis() < 1) {
			throw new IllegalArgumentException("Interval and timeout must be one millisecond at least");
		}
		this.connection = connection;
		this.interval = interval;
		this.timeout = timeout;
	}

	/**
	 * Start to watch, on a daemon thread of its own. Does nothing when started already.
	 */
	public synchronized void start() {
		if (this.thread == null) {
			Thread thread = new Thread(this::watch, "nats-watchdog");
			thread.setDaemon(true);
			this.thread = thread;
			thread.start();
		}
	}

	/**
	 * Stop to watch.
	 */
	@Override
	public synchronized void close() {
		Thread thread = this.thread;
		this.thread = null;
		if (thread != null) {
			thread.interrupt();
		}
	}

	private void watch() {
		Thread self = Thread.currentThread();
		try {
			while (this.thread == self && this.connection.getStatus() != Connection.Status.CLOSED) {
				long received = received();
				Thread.sleep(this.interval.toMillis());
				if (received() == received && isSilent(received) && this.thread == self) {
					reconnect();
				}
			}
		}
		catch (InterruptedException ex) {
			// Closed: the thread ends.
		}
	}

	private boolean isSilent(long received) throws InterruptedException {
		for (int ping = 0; ping < PINGS; ping++) {
			if (!isConnected() || isAnswered() || received() != received) {
				return false;
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
		try {
			this.connection.forceReconnect();
		}
		catch (IOException | RuntimeException ex) {
			logger.warn("The silent NATS connection could not be made anew, trying again", ex);
		}
	}

	private boolean isConnected() {
		return this.connection.getStatus() == Connection.Status.CONNECTED;
	}

	/**
	 * Counts what jnats has received, in whole messages, and the link. With a statistics
	 * collector that does not count, every interval ends with a ping, which is as good.
	 */
	private long received() {
		NettyLink link = NettyLink.of(this.connection);
		long ofLink = (link != null) ? link.received() : 0;
		return this.connection.getStatistics().getInBytes() + ofLink;
	}

}
