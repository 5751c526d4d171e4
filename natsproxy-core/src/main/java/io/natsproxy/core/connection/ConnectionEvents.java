package io.natsproxy.core.connection;

import java.util.concurrent.CompletableFuture;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.transport.netty.NettyTransport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection listener that hands events to our log, to what moves it away from a
 * server that shuts down, and then to the listener of the application, and catches the
 * connection object with the first of them.
 */
final class ConnectionEvents implements ConnectionListener, NettyTransport.Holder {

	private static final Logger logger = LoggerFactory.getLogger(ConnectionEvents.class);

	private final CompletableFuture<Connection> created;

	private final ConnectionLog log;

	private final LameDuckMoves moves;

	private final @Nullable ConnectionListener next;

	private final @Nullable NettyTransport transport;

	ConnectionEvents(CompletableFuture<Connection> created, ConnectionLog log, LameDuckMoves moves,
			@Nullable ConnectionListener next, @Nullable NettyTransport transport) {
		this.created = created;
		this.log = log;
		this.moves = moves;
		this.next = next;
		this.transport = transport;
	}

	@Override
	public void connectionEvent(Connection connection, Events event, Long time, String uriDetails) {
		this.created.complete(connection);
		try {
			this.log.connectionEvent(connection, event);
			if (event == Events.LAME_DUCK) {
				this.moves.leave(connection, this.log);
			}
		}
		catch (Throwable ex) {
			// The application is told all the same.
			Uncaught.report(logger, "The log of the NATS connection has failed, or its move", ex);
		}
		if (this.next != null) {
			this.next.connectionEvent(connection, event, time, uriDetails);
		}
	}

	/**
	 * Returns the log, which counts what it tells.
	 */
	ConnectionLog log() {
		return this.log;
	}

	@Override
	public @Nullable NettyTransport nettyTransport() {
		return this.transport;
	}

	@Override
	@Deprecated
	public void connectionEvent(Connection connection, Events event) {
		connectionEvent(connection, event, System.currentTimeMillis(), "");
	}

}
