package io.natsproxy.broker;

import java.util.concurrent.atomic.AtomicLong;

import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A NATS server inside the JVM, <strong>for development and tests only</strong>. It
 * speaks core NATS over TCP: publish and subscribe with wildcards, queue groups, headers,
 * no responders, and authentication by password or token. It has no JetStream, no
 * cluster, no TLS, no accounts and no monitoring.
 *
 * <pre>{@code
 * try (EmbeddedNatsBroker broker = EmbeddedNatsBroker.create().start()) {
 *     Connection connection = Nats.connect(broker.url());
 * }
 * }</pre>
 *
 * <p>
 * All methods may be called by any thread, other than the broker's own, and none of them
 * waits for a client. A broker that was stopped can be started again, and then listens on
 * the port that it had.
 */
public final class EmbeddedNatsBroker implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(EmbeddedNatsBroker.class);

	private final BrokerOptions options;

	private final ByteBufAllocator allocator;

	private final BrokerCounters counters = new BrokerCounters();

	private final AtomicLong connectionIds = new AtomicLong();

	private volatile int port;

	private volatile @Nullable BrokerRun run;

	private EmbeddedNatsBroker(BrokerOptions options, ByteBufAllocator allocator) {
		this.options = options;
		this.allocator = allocator;
		this.port = options.port();
	}

	/**
	 * Returns a broker with the default options: on a free port of the loopback
	 * interface.
	 * @return a broker that has not been started
	 */
	public static EmbeddedNatsBroker create() {
		return create(BrokerOptions.defaults());
	}

	/**
	 * Returns a broker.
	 * @param options how it listens, and what it allows
	 * @return a broker that has not been started
	 */
	public static EmbeddedNatsBroker create(BrokerOptions options) {
		return create(options, ByteBufAllocator.DEFAULT);
	}

	static EmbeddedNatsBroker create(BrokerOptions options, ByteBufAllocator allocator) {
		return new EmbeddedNatsBroker(options, allocator);
	}

	/**
	 * Listens, and returns when clients can connect. A broker that is running goes on.
	 * @return this broker
	 * @throws BrokerBindException if the address cannot be listened on
	 */
	public synchronized EmbeddedNatsBroker start() {
		if (this.run == null) {
			this.run = bind();
			logger.info("The embedded NATS broker listens on {}. It is for development and tests only.", url());
		}
		return this;
	}

	/**
	 * Stops listening, closes all connections, and returns when the threads have ended.
	 * Clients that understand it are told that the server is about to stop; what they
	 * have not yet been sent may be lost. A broker that is not running stays so.
	 */
	public synchronized void stop() {
		BrokerRun run = this.run;
		if (run != null) {
			this.run = null;
			run.stop();
			logger.debug("The embedded NATS broker on port {} has stopped", this.port);
		}
	}

	/**
	 * The same as {@link #stop()}.
	 */
	@Override
	public void close() {
		stop();
	}

	/**
	 * Returns whether clients can connect.
	 * @return {@code true} between {@link #start()} and {@link #stop()}
	 */
	public boolean isRunning() {
		return this.run != null;
	}

	/**
	 * Returns the address that the broker listens on.
	 * @return a host name or an address
	 */
	public String host() {
		return this.options.host();
	}

	/**
	 * Returns the port that the broker listens on, or listened on before it was stopped.
	 * @return a port number; before the first start, the one that was asked for
	 */
	public int port() {
		return this.port;
	}

	/**
	 * Returns where clients find the broker.
	 * @return a URL such as {@code nats://127.0.0.1:4222}, without credentials
	 */
	public String url() {
		String host = host();
		return "nats://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
	}

	/**
	 * Returns the options of the broker.
	 * @return the options that it was created with
	 */
	public BrokerOptions options() {
		return this.options;
	}

	/**
	 * Returns what the broker has now, and what it has counted. Meant for tests that look
	 * for leaks.
	 * @return a snapshot; a broker that is not running has no connections and no
	 * subscriptions
	 */
	public BrokerStatistics statistics() {
		BrokerRun run = this.run;
		BrokerSession session = (run != null) ? run.session() : null;
		int connections = (session != null) ? session.connections().size() : 0;
		int subscriptions = (session != null) ? session.subscriptions().size() : 0;
		long pending = (session != null) ? session.pendingBytes() : 0;
		return new BrokerStatistics(connections, subscriptions, pending, this.counters.totalConnections.sum(),
				this.counters.inMessages.sum(), this.counters.inBytes.sum(), this.counters.outMessages.sum(),
				this.counters.outBytes.sum(), this.counters.slowConsumers.sum());
	}

	/**
	 * Closes the connections of all clients at once and without a word, as a failing
	 * network does, and waits until they are. The broker goes on, so that they can
	 * connect again. Meant for tests.
	 */
	public void disconnectClients() {
		BrokerRun run = this.run;
		if (run != null) {
			run.disconnectClients();
		}
	}

	/**
	 * Tells all clients that the broker is going to stop, and lets no others in, as
	 * {@code nats-server --signal ldm} does. Those that are connected are served on until
	 * {@link #stop()}. Meant for tests.
	 */
	public void enterLameDuckMode() {
		BrokerRun run = this.run;
		if (run != null) {
			run.enterLameDuckMode();
		}
	}

	private BrokerRun bind() {
		try {
			BrokerRun run = BrokerRun.bind(this.options, this.port, this.allocator, this.counters, this.connectionIds);
			this.port = run.port();
			return run;
		}
		catch (Exception ex) {
			throw new BrokerBindException(this.options.host(), this.port, ex);
		}
	}

}
