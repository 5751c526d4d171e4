package io.natsproxy.core.connection;

import io.nats.client.Connection;
import io.natsproxy.core.transport.netty.NettyTransport;

/**
 * The comings and goings on a connection, as its {@link ConnectionWatchdog} has seen them
 * last. For one thread.
 */
final class ConnectionActivity {

	private final Connection connection;

	private long received = -1;

	private long published;

	private long quietSince = System.nanoTime();

	ConnectionActivity(Connection connection) {
		this.connection = connection;
	}

	/**
	 * Takes note of what has come and gone so far.
	 * @param now the time, in nanoseconds
	 */
	void see(long now) {
		this.received = received();
		this.published = published();
		this.quietSince = now;
	}

	/**
	 * Returns whether something has come since.
	 */
	boolean hasReceived() {
		return received() != this.received;
	}

	/**
	 * Returns whether something has been published since.
	 */
	boolean hasPublished() {
		return published() != this.published;
	}

	/**
	 * Returns the time since then, in nanoseconds.
	 * @param now the time, in nanoseconds
	 */
	long quietNanos(long now) {
		return now - this.quietSince;
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
