package io.natsproxy.core.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.nats.client.Connection;
import io.nats.client.impl.ConnectionBridge;
import io.natsproxy.core.transport.netty.NettyTransport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Schedulers;

/**
 * Figures of one connection, whoever made it. Safe for use by many threads, which it does
 * not block.
 */
public final class ConnectionStatistics {

	private static final Logger logger = LoggerFactory.getLogger(ConnectionStatistics.class);

	private static final long UNKNOWN = -1;

	/**
	 * The age of a round trip's time, in nanoseconds, from which on it is measured anew.
	 */
	private static final long FRESH = Duration.ofSeconds(5).toNanos();

	private final Connection connection;

	private final AtomicBoolean measuring = new AtomicBoolean();

	private volatile long roundTrip = UNKNOWN;

	private volatile long measuredAt = System.nanoTime() - FRESH;

	/**
	 * Creates the figures of a connection.
	 * @param connection the connection, not closed by this object
	 */
	public ConnectionStatistics(Connection connection) {
		this.connection = connection;
	}

	/**
	 * Returns the state of the connection.
	 * @return the state, as jnats tells it
	 */
	public Connection.Status status() {
		return this.connection.getStatus();
	}

	/**
	 * Returns the number of times that the connection has been made anew.
	 * @return the number, moves to another server among them
	 */
	public long reconnects() {
		ConnectionLog log = log();
		return (log != null) ? log.reconnects() : this.connection.getStatistics().getReconnects();
	}

	/**
	 * Returns the bytes that wait to be sent.
	 * @return bytes
	 */
	public long pendingBytes() {
		NettyTransport transport = NettyTransport.of(this.connection);
		return (transport != null) ? transport.unsent() : this.connection.outgoingPendingBytes();
	}

	/**
	 * Returns the bytes that have come.
	 * @return bytes, of the protocol or, where messages go by the threads of jnats, of
	 * messages
	 */
	public long receivedBytes() {
		NettyTransport transport = NettyTransport.of(this.connection);
		return (transport != null) ? transport.receivedBytes() : this.connection.getStatistics().getInBytes();
	}

	/**
	 * Returns the bytes that have been sent.
	 * @return bytes, of the protocol or, where messages go by the threads of jnats, of
	 * messages
	 */
	public long sentBytes() {
		NettyTransport transport = NettyTransport.of(this.connection);
		return (transport != null) ? transport.sent() : this.connection.getStatistics().getOutBytes();
	}

	/**
	 * Returns how often something was too slow for what came: this connection, as a
	 * server says that cuts it off with a word, or a dispatcher of jnats.
	 * @return the number; 0 where the connection's errors are told to somebody else
	 */
	public long slowConsumers() {
		ConnectionLog log = log();
		return (log != null) ? log.slowConsumers() : 0;
	}

	private @Nullable ConnectionLog log() {
		return (this.connection.getOptions().getConnectionListener() instanceof ConnectionEvents events) ? events.log()
				: null;
	}

	/**
	 * Returns the messages that jnats has dropped because their dispatcher was too slow.
	 * @return the number, of dispatchers of the application: natsproxy's own drop none
	 */
	public long droppedMessages() {
		return this.connection.getStatistics().getDroppedCount();
	}

	/**
	 * Returns the time from a ping to its answer, and measures it anew, in the
	 * background, if it is more than some seconds old.
	 * @return the time in nanoseconds, -1 where it is not known: before the first answer,
	 * and while there is none
	 */
	public long roundTrip() {
		if (System.nanoTime() - this.measuredAt >= FRESH && this.measuring.compareAndSet(false, true)) {
			boolean begun = false;
			try {
				Schedulers.boundedElastic().schedule(this::measure);
				begun = true;
			}
			catch (RejectedExecutionException ex) {
				logger.debug("The time of a round trip cannot be measured now", ex);
			}
			finally {
				if (!begun) {
					this.measuring.set(false);
				}
			}
		}
		return this.roundTrip;
	}

	private void measure() {
		long measured = UNKNOWN;
		try {
			// A ping that stays unanswered counts among those after which jnats gives up.
			if (ConnectionBridge.unansweredPings(this.connection) == 0) {
				measured = this.connection.RTT().toNanos();
			}
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("The server has not answered a ping in time", ex);
		}
		finally {
			this.roundTrip = measured;
			this.measuredAt = System.nanoTime();
			this.measuring.set(false);
		}
	}

}
