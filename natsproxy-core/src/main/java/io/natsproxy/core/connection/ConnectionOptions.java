package io.natsproxy.core.connection;

import java.time.Duration;

import io.nats.client.Options;
import io.nats.client.ServerPool;
import io.natsproxy.core.transport.ServerErrors;
import io.natsproxy.core.transport.jnats.GuardedDataPort;
import io.natsproxy.core.transport.netty.NettyDataPort;
import io.natsproxy.core.transport.netty.NettyTransport;
import org.jspecify.annotations.Nullable;

/**
 * The options of jnats for a connection that outlives any outage: those to start from,
 * and what is added to the finished ones.
 */
final class ConnectionOptions {

	/**
	 * The longest subject plus reply that is read, far above what a server accepts by
	 * default (4096 bytes): a longer one would cost the connection.
	 */
	private static final int MAX_CONTROL_LINE = 64 * 1024;

	/**
	 * The most messages that may wait to be written. jnats blocks its callers beyond it,
	 * so it stands above what is ever in flight.
	 */
	private static final int MAX_OUTGOING_MESSAGES = 64 * 1024;

	private static final Duration SMALLEST_JITTER = Duration.ofMillis(1);

	private ConnectionOptions() {
	}

	/**
	 * Returns the options to start from.
	 * @param executors run what jnats does
	 * @param log is told of errors
	 */
	static Options.Builder start(DaemonExecutors executors, ConnectionLog log) {
		Options.Builder builder = new Options.Builder();
		executors.applyTo(builder);
		return builder.maxReconnects(-1)
			.reconnectWait(Duration.ofSeconds(1))
			.reconnectJitter(Duration.ofMillis(500))
			.reconnectJitterTls(Duration.ofMillis(500))
			.reconnectBufferSize(0)
			.pingInterval(Duration.ofSeconds(20))
			.maxPingsOut(5)
			.maxControlLine(MAX_CONTROL_LINE)
			.maxMessagesInOutgoingQueue(MAX_OUTGOING_MESSAGES)
			.dataPortType(NettyDataPort.class.getName())
			.errorListener(log);
	}

	/**
	 * Returns whether a connection with these options is to have a
	 * {@link NettyTransport}.
	 */
	static boolean wantTransport(Options options) {
		return NettyDataPort.class.getName().equals(options.getDataPortType()) && NettyDataPort.supports(options);
	}

	/**
	 * Completes the finished options.
	 * @param options the options
	 * @param transport the transport of the connection, {@code null} if messages go by
	 * the threads of jnats
	 * @param events is told of what happens
	 * @param servers the servers, unless the options have some of their own
	 * @param background whether the connection object is to be had before there is a
	 * connection
	 */
	static Options complete(Options options, @Nullable NettyTransport transport, ConnectionEvents events,
			ServerPool servers, boolean background) {
		Options.Builder builder = new Options.Builder(options);
		if (transport == null) {
			builder.errorListener(new ServerErrors(options.getErrorListener()));
			if (NettyDataPort.class.getName().equals(options.getDataPortType())) {
				builder.dataPortType(GuardedDataPort.class.getName());
			}
		}
		builder.connectionListener(events);
		// jnats fails when it shall add a random part of nothing.
		if (options.getReconnectJitter().isZero()) {
			builder.reconnectJitter(SMALLEST_JITTER);
		}
		if (options.getReconnectJitterTls().isZero()) {
			builder.reconnectJitterTls(SMALLEST_JITTER);
		}
		ServerPool pool = (options.getServerPool() != null) ? options.getServerPool() : servers;
		return builder.serverPool(background ? new BackgroundServerPool(pool) : pool).build();
	}

}
