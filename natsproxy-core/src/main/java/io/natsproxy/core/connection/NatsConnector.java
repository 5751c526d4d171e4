package io.natsproxy.core.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.jnats.AuthenticationErrors;
import io.natsproxy.core.transport.jnats.GuardedDataPort;
import io.natsproxy.core.transport.netty.EventLoopTransport;
import io.natsproxy.core.transport.netty.NettyDataPort;
import io.natsproxy.core.transport.netty.NettyTransport;
import io.natsproxy.core.transport.netty.SharedEventLoop;
import io.natsproxy.core.transport.netty.SharedEventLoops;
import org.jspecify.annotations.Nullable;

/**
 * The owner of a connection that outlives any outage, which it opens and closes; on
 * several event loops, of one for each of them.
 *
 * <p>
 * Take {@link #options()}, adjust it, then call {@link #connect} or {@link #connectNow}
 * once. The connection reconnects for ever, runs on daemon threads (something else has to
 * keep the JVM alive), and refuses to publish while it is down rather than sending late.
 * Its socket is a {@link NettyDataPort}, with a {@link NettyTransport} beside it, unless
 * the options name another kind, such as a {@link GuardedDataPort}, or ask for what it
 * does not have: a proxy, a WebSocket, or another way to resolve host names.
 */
public final class NatsConnector implements AutoCloseable {

	private static final Duration FLUSH_BEFORE_CLOSE = Duration.ofSeconds(2);

	private static final Duration CONNECTION_OBJECT = Duration.ofSeconds(10);

	private final DaemonExecutors executors;

	private final ConnectionLog log;

	private final String threadName;

	private final EventLoopTransport loopTransport;

	private final @Nullable SharedEventLoops eventLoops;

	private final @Nullable SharedEventLoop eventLoop;

	private final boolean ownsExecutors;

	private final ClusterServerPool.Usage servers;

	private final LameDuckMoves moves;

	private final SiblingConnectors siblings = new SiblingConnectors();

	private volatile @Nullable NettyTransport transport;

	private volatile @Nullable Connection connection;

	/**
	 * Creates a connector.
	 * @param threadName the prefix of the names of the threads
	 * @param advice what the user should do when there is no server, a sentence for the
	 * log
	 */
	public NatsConnector(String threadName, String advice) {
		this(threadName, advice, EventLoopTransport.byDefault());
	}

	/**
	 * Creates a connector.
	 * @param threadName the prefix of the names of the threads
	 * @param advice what the user should do when there is no server, a sentence for the
	 * log
	 * @param transport the way to its socket of the event loop of the
	 * {@link NettyTransport}
	 */
	public NatsConnector(String threadName, String advice, EventLoopTransport transport) {
		this(threadName, advice, transport, null);
	}

	/**
	 * Creates a connector.
	 * @param threadName the prefix of the names of the threads
	 * @param advice what the user should do when there is no server, a sentence for the
	 * log
	 * @param eventLoops the event loops of {@link NettyTransport}s, each with a
	 * connection of its own
	 */
	public NatsConnector(String threadName, String advice, SharedEventLoops eventLoops) {
		this(threadName, advice, EventLoopTransport.AUTO, eventLoops);
	}

	private NatsConnector(String threadName, String advice, EventLoopTransport loopTransport,
			@Nullable SharedEventLoops eventLoops) {
		this.threadName = threadName;
		this.loopTransport = loopTransport;
		this.eventLoops = eventLoops;
		this.eventLoop = (eventLoops != null) ? eventLoops.ofConnection(0) : null;
		this.executors = new DaemonExecutors(threadName);
		this.ownsExecutors = true;
		this.servers = new ClusterServerPool.Usage();
		this.moves = new LameDuckMoves(this.executors);
		this.log = new ConnectionLog(advice);
	}

	private NatsConnector(NatsConnector first, SharedEventLoop eventLoop) {
		this.threadName = first.threadName;
		this.loopTransport = first.loopTransport;
		this.eventLoops = null;
		this.eventLoop = eventLoop;
		this.executors = first.executors;
		this.ownsExecutors = false;
		this.servers = first.servers;
		this.moves = first.moves;
		this.log = new ConnectionLog(first.log);
	}

	/**
	 * Returns the options to start from. Everything may be changed.
	 * @return a new builder
	 */
	public Options.Builder options() {
		return ConnectionOptions.start(this.executors, this.log);
	}

	/**
	 * Starts to connect in the background.
	 * @param options the finished options
	 * @param patience how long to wait for the first attempt to end, so that the
	 * connection is ready on return when a server is there
	 * @return the connection, connected or not; subscriptions made before it is are sent
	 * when it is
	 */
	public Connection connect(Options options, Duration patience) {
		CompletableFuture<Connection> created = new CompletableFuture<>();
		Options own = prepare(options, created, true);
		Thread thread = new Thread(() -> {
			try {
				Nats.connectReconnectOnConnect(own);
			}
			catch (InterruptedException ex) {
				created.completeExceptionally(ex);
			}
			catch (Throwable ex) {
				failAfterEvents(created, ex);
			}
		}, "nats-connect");
		thread.setDaemon(true);
		thread.start();
		try {
			Connection connection = created.get(CONNECTION_OBJECT.toMillis(), TimeUnit.MILLISECONDS);
			this.connection = connection;
			connectSiblings(options);
			awaitUpTo(patience, this.log.settled());
			return connection;
		}
		catch (ExecutionException | TimeoutException ex) {
			created.thenAccept(NatsConnector::closeNow);
			throw new IllegalStateException("The NATS connection could not be created", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while the NATS connection was created", ex);
		}
	}

	/**
	 * Fails unless an event that was reported before brings the connection: one that has
	 * tried once is there, and is taken up by its watchdog.
	 */
	private void failAfterEvents(CompletableFuture<Connection> created, Throwable failure) {
		try {
			this.executors.afterEvents(() -> fail(created, failure));
		}
		catch (Throwable ex) {
			fail(created, failure);
		}
	}

	private void fail(CompletableFuture<Connection> created, Throwable failure) {
		created.completeExceptionally(failure);
		this.log.gaveUp(failure);
	}

	/**
	 * Connects, trying every server once.
	 * @param options the finished options
	 * @return the connection, connected
	 * @throws NatsConnectException if no server could be connected to
	 */
	public Connection connectNow(Options options) {
		this.log.quiet(true);
		try {
			Connection connection = Nats.connect(prepare(options, new CompletableFuture<>(), false));
			this.connection = connection;
			this.log.quiet(false);
			connectSiblings(options);
			return connection;
		}
		catch (IOException ex) {
			CountDownLatch reported = new CountDownLatch(1);
			this.executors.afterEvents(reported::countDown);
			awaitUpTo(Duration.ofSeconds(1), reported);
			String reason = this.log.reason();
			throw new NatsConnectException(servers(options), (reason != null) ? reason : "no reason given",
					AuthenticationErrors.isAuthenticationFailure(reason));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while connecting to NATS", ex);
		}
	}

	private void connectSiblings(Options options) {
		SharedEventLoops eventLoops = this.eventLoops;
		NettyTransport own = this.transport;
		// The servers of a pool of somebody's own are tried by one connection only.
		if (eventLoops != null && own != null && options.getServerPool() == null) {
			this.siblings.connect(this, own, eventLoops, options);
		}
	}

	/**
	 * Makes the connector of another event loop.
	 */
	NatsConnector newSibling(SharedEventLoop eventLoop) {
		return new NatsConnector(this, eventLoop);
	}

	/**
	 * Connects. Whoever listens to the first connection, or counts what it does, knows of
	 * no other.
	 * @return the transport, or {@code null} if there is no connection object, and so
	 * none
	 */
	@Nullable NatsTransport connectAsSibling(Options options) {
		Options own = new Options.Builder(options).connectionListener(null)
			.readListener(null)
			.errorListener(this.log)
			.statisticsCollector(null)
			.build();
		try {
			return NettyTransport.of(connect(own, Duration.ZERO));
		}
		catch (IllegalStateException ex) {
			this.log.gaveUp(ex);
			close();
			return null;
		}
	}

	/**
	 * Returns the connections of the other event loops. They are used by the transport of
	 * the {@linkplain #connection() first}, and closed by this connector.
	 * @return the connections, connected or not
	 */
	public List<Connection> siblings() {
		return this.siblings.connections();
	}

	/**
	 * Returns the connection that was made.
	 * @return the connection
	 * @throws IllegalStateException before it was made
	 */
	public Connection connection() {
		Connection connection = this.connection;
		if (connection == null) {
			throw new IllegalStateException("Not connected yet: call connect or connectNow first");
		}
		return connection;
	}

	private Options prepare(Options options, CompletableFuture<Connection> created, boolean background) {
		this.log.servers(servers(options));
		NettyTransport transport = null;
		if (ConnectionOptions.wantTransport(options)) {
			transport = (this.eventLoop != null) ? new NettyTransport(this.eventLoop)
					: new NettyTransport(this.threadName + "-loop", this.loopTransport);
			this.transport = transport;
		}
		ConnectionEvents events = new ConnectionEvents(created, this.log, this.moves, options.getConnectionListener(),
				transport);
		return ConnectionOptions.complete(options, transport, events, new ClusterServerPool(this.servers), background);
	}

	private static String servers(Options options) {
		return ServerAddresses.redact(options.getServers().stream().map(Object::toString).toList());
	}

	private static void awaitUpTo(Duration time, CountDownLatch latch) {
		try {
			latch.await(time.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Sends what is queued, for two seconds at most, then closes the connection and ends
	 * its threads; before that those of the other event loops.
	 */
	@Override
	public void close() {
		long deadline = System.nanoTime() + FLUSH_BEFORE_CLOSE.toNanos();
		this.siblings.close(deadline);
		close(deadline);
	}

	/**
	 * Closes the connection.
	 * @param deadline when the last of what is queued must have been sent, as
	 * {@link System#nanoTime()} tells it
	 */
	void close(long deadline) {
		this.log.quiet(true);
		Connection connection = this.connection;
		try {
			Duration left = Duration.ofNanos(deadline - System.nanoTime());
			if (connection != null && connection.getStatus() == Connection.Status.CONNECTED && !left.isNegative()) {
				connection.flush(left);
			}
		}
		catch (TimeoutException | RuntimeException ex) {
			// Nothing more can be sent: close.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		try {
			if (connection != null) {
				closeNow(connection);
			}
		}
		finally {
			if (this.ownsExecutors) {
				this.executors.shutdown();
			}
			NettyTransport transport = this.transport;
			if (transport != null) {
				transport.close();
			}
		}
	}

	private static void closeNow(Connection connection) {
		try {
			connection.close();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
