package io.natsproxy.core.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.ServerPool;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.core.transport.ServerErrors;
import io.natsproxy.core.transport.jnats.GuardedDataPort;
import io.natsproxy.core.transport.jnats.AuthenticationErrors;
import io.natsproxy.core.transport.netty.NettyDataPort;
import io.natsproxy.core.transport.netty.NettyTransport;
import io.natsproxy.core.transport.netty.SharedEventLoop;
import io.natsproxy.core.transport.netty.SharedEventLoops;
import org.jspecify.annotations.Nullable;

/**
 * Opens a connection that outlives any outage, and closes it; on several event loops, one
 * for each of them.
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

	/**
	 * The longest subject plus reply that is read, far above what a server accepts by
	 * default (4096 bytes): a longer one would cost the connection.
	 */
	static final int MAX_CONTROL_LINE = 64 * 1024;

	/**
	 * How many messages may wait to be written. jnats blocks its callers beyond it, so it
	 * stands above what is ever in flight.
	 */
	static final int MAX_OUTGOING_MESSAGES = 64 * 1024;

	private static final Duration FLUSH_BEFORE_CLOSE = Duration.ofSeconds(2);

	private static final Duration SMALLEST_JITTER = Duration.ofMillis(1);

	private static final Duration CONNECTION_OBJECT = Duration.ofSeconds(10);

	private final DaemonExecutors executors;

	private final ConnectionLog log;

	private final String threadName;

	private final @Nullable SharedEventLoops eventLoops;

	private final @Nullable SharedEventLoop eventLoop;

	private final boolean ownsExecutors;

	private final ClusterServerPool.Usage servers;

	private final LameDuckMoves moves;

	private final List<NatsConnector> siblings = new ArrayList<>();

	private volatile @Nullable NettyTransport transport;

	private volatile @Nullable Connection connection;

	/**
	 * Create a connector.
	 * @param threadName the prefix of the names of the threads
	 * @param advice what the user should do when there is no server, a sentence for the
	 * log
	 */
	public NatsConnector(String threadName, String advice) {
		this(threadName, advice, null);
	}

	/**
	 * Create a connector.
	 * @param threadName the prefix of the names of the threads
	 * @param advice what the user should do when there is no server, a sentence for the
	 * log
	 * @param eventLoops where {@link NettyTransport}s run, each with a connection of its
	 * own; {@code null} for one on an event loop of its own
	 */
	public NatsConnector(String threadName, String advice, @Nullable SharedEventLoops eventLoops) {
		this.threadName = threadName;
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
		this.eventLoops = null;
		this.eventLoop = eventLoop;
		this.executors = first.executors;
		this.ownsExecutors = false;
		this.servers = first.servers;
		this.moves = first.moves;
		this.log = new ConnectionLog(first.log);
	}

	/**
	 * The options to start from. Everything may be changed.
	 * @return a new builder
	 */
	public Options.Builder options() {
		Options.Builder builder = new Options.Builder();
		this.executors.applyTo(builder);
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
			.errorListener(this.log);
	}

	/**
	 * Start to connect in the background.
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
				created.completeExceptionally(ex);
				this.log.gaveUp(ex);
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
	 * Connect, trying every server once.
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

	/**
	 * Connects the other event loops, in the background: until they are connected, and
	 * whenever they are not, the first connection serves them as well.
	 */
	private void connectSiblings(Options options) {
		SharedEventLoops eventLoops = this.eventLoops;
		NettyTransport own = this.transport;
		// The servers of a pool of somebody's own are tried by one connection only.
		if (eventLoops == null || own == null || options.getServerPool() != null) {
			return;
		}
		List<NatsTransport> transports = new ArrayList<>();
		transports.add(own);
		for (int i = 1; i < eventLoops.connections(); i++) {
			NatsConnector sibling = new NatsConnector(this, eventLoops.ofConnection(i));
			NatsTransport transport = sibling.connectAsSibling(options);
			if (transport != null) {
				this.siblings.add(sibling);
				transports.add(transport);
			}
		}
		Map<Executor, NatsTransport> byLoop = new HashMap<>();
		for (int i = 0; i < eventLoops.loops().size(); i++) {
			NatsTransport transport = transports.get(i % transports.size());
			if (transport != own) {
				byLoop.put(eventLoops.loops().get(i), transport);
			}
		}
		own.siblings(byLoop);
	}

	/**
	 * Connects. Whoever listens to the first connection, or counts what it does, knows of
	 * no other.
	 * @return the transport, or {@code null} if there is no connection object, and so
	 * none
	 */
	private @Nullable NatsTransport connectAsSibling(Options options) {
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
		return this.siblings.stream().map(NatsConnector::connection).toList();
	}

	/**
	 * The connection that was made.
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
		Options.Builder builder = new Options.Builder(options);
		NettyTransport transport = null;
		if (NettyDataPort.class.getName().equals(options.getDataPortType())) {
			if (NettyDataPort.supports(options)) {
				transport = (this.eventLoop != null) ? new NettyTransport(this.eventLoop)
						: new NettyTransport(this.threadName + "-loop");
				this.transport = transport;
			}
			else {
				builder.dataPortType(GuardedDataPort.class.getName());
			}
		}
		if (transport == null) {
			builder.errorListener(new ServerErrors(options.getErrorListener()));
		}
		builder.connectionListener(
				new ConnectionEvents(created, this.log, this.moves, options.getConnectionListener(), transport));
		// jnats fails when it shall add a random part of nothing.
		if (options.getReconnectJitter().isZero()) {
			builder.reconnectJitter(SMALLEST_JITTER);
		}
		if (options.getReconnectJitterTls().isZero()) {
			builder.reconnectJitterTls(SMALLEST_JITTER);
		}
		ServerPool pool = (options.getServerPool() != null) ? options.getServerPool()
				: new ClusterServerPool(this.servers);
		builder.serverPool(background ? new BackgroundServerPool(pool) : pool);
		return builder.build();
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
	 * Send what is queued, for two seconds at most, then close the connection and end its
	 * threads; before that those of the other event loops.
	 */
	@Override
	public void close() {
		long deadline = System.nanoTime() + FLUSH_BEFORE_CLOSE.toNanos();
		this.siblings.forEach((sibling) -> sibling.close(deadline));
		close(deadline);
	}

	private void close(long deadline) {
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
