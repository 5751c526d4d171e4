package io.natsproxy.core.connection;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import io.nats.client.Connection;
import io.nats.client.impl.ConnectionBridge;
import io.natsproxy.core.transport.netty.NettyTransport;

/**
 * The pings that show whether a quiet connection is silent: up, but without an answer.
 * Two in a row must go unanswered, so that a JVM which stood still (garbage collection, a
 * suspended machine) gets the time to read what waits for it. For one thread.
 */
final class SilenceCheck {

	static final int PINGS = 2;

	/**
	 * The time by which a thread may run late on a machine that is busy.
	 */
	private static final long LATE_MILLIS = 200;

	private final Connection connection;

	private final ConnectionActivity activity;

	private final Duration timeout;

	/**
	 * Whether a ping has been sent in this check.
	 */
	private boolean pinged;

	/**
	 * Creates a check.
	 * @param timeout the time that the answer to a ping may take
	 */
	SilenceCheck(Connection connection, ConnectionActivity activity, Duration timeout) {
		this.connection = connection;
		this.activity = activity;
		this.timeout = timeout;
	}

	/**
	 * Pings the server. A ping does not count while this JVM, or the event loop, does not
	 * get on, nor while what was sent before is still on its way.
	 * @param wanted whether the answer is still of interest
	 * @return whether the connection is silent
	 */
	boolean isSilent(BooleanSupplier wanted) throws InterruptedException {
		NettyTransport transport = NettyTransport.of(this.connection);
		if (transport != null) {
			transport.doubt();
		}
		this.pinged = false;
		int unanswered = 0;
		while (unanswered < PINGS) {
			AtomicBoolean loopTurned = new AtomicBoolean(transport == null);
			long sent = 0;
			if (transport != null) {
				sent = transport.sent();
				transport.loop().execute(() -> loopTurned.set(true));
			}
			long begin = System.nanoTime();
			if (!isConnected() || isAnswered() || this.activity.hasReceived() || !wanted.getAsBoolean()) {
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
		int unanswered = ConnectionBridge.unansweredPings(this.connection);
		if (!mayPing(unanswered)) {
			// An answer to one of those is as good.
			Thread.sleep(this.timeout.toMillis());
			return ConnectionBridge.unansweredPings(this.connection) < unanswered;
		}
		this.pinged = true;
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

	/**
	 * Returns whether one more ping leaves others their pings: as soon as so many are
	 * unanswered as jnats allows, the next one ends the connection. The first ping of a
	 * check may be sent wherever it does not, since jnats counts also those that it could
	 * not send.
	 */
	private boolean mayPing(int unanswered) {
		int max = this.connection.getOptions().getMaxPingsOut();
		return max <= 0 || unanswered <= Math.min(PINGS, max - 2) || (!this.pinged && unanswered + 1 < max);
	}

	private boolean isConnected() {
		return this.connection.getStatus() == Connection.Status.CONNECTED;
	}

	/**
	 * Returns whether something took so much longer than it should that this JVM did not
	 * get on.
	 * @param nanos the time it took, in nanoseconds
	 * @param millis the time it should take, in milliseconds
	 */
	static boolean isLate(long nanos, long millis) {
		return TimeUnit.NANOSECONDS.toMillis(nanos) > 2 * millis + LATE_MILLIS;
	}

}
