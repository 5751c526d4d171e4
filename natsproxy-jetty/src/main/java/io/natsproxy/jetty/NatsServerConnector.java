package io.natsproxy.jetty;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import io.natsproxy.core.discovery.DiscoverableService;
import io.natsproxy.core.discovery.EndpointTraits;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.exchange.listener.ListenerObserver;
import io.natsproxy.core.exchange.listener.NatsListener;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import io.natsproxy.core.wire.Problem;
import io.natsproxy.core.wire.ResponseHead;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.HttpChannel;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A connector of Jetty whose requests come over NATS. Listens from when it is started,
 * without a port. When it is shut down, or stopped, the subscriptions end, and what has
 * arrived is answered within a grace period.
 */
public final class NatsServerConnector extends AbstractConnector {

	private static final Logger logger = LoggerFactory.getLogger(NatsServerConnector.class);

	private static final WebSocketClose RESTART = new WebSocketClose(1012, "The service restarts");

	private final NatsExchanges exchanges;

	private final NatsServerConnectorOptions options;

	private final HttpConfiguration configuration;

	private final HttpChannel.Factory channels = new HttpChannel.DefaultFactory();

	private final AtomicLong ids = new AtomicLong();

	private volatile @Nullable NatsListener listener;

	private @Nullable Scheduler frames;

	private @Nullable WebSocketAcceptor sockets;

	/**
	 * Completes when what had arrived has been answered. Guarded by this object.
	 */
	private @Nullable CompletableFuture<Void> drained;

	/**
	 * Creates a connector, which has to be added to the server.
	 * @param server the server
	 * @param configuration the configuration of HTTP
	 * @param exchanges makes the listener; not closed by this object
	 * @param options paths and limits
	 */
	public NatsServerConnector(Server server, HttpConfiguration configuration, NatsExchanges exchanges,
			NatsServerConnectorOptions options) {
		super(server, null, null, null, 0, new HttpConnectionFactory(configuration));
		this.configuration = configuration;
		this.exchanges = exchanges;
		this.options = options;
	}

	/**
	 * Returns the number of requests that are being handled, streams among them.
	 * @return the number, 0 when stopped
	 */
	public int getInFlight() {
		NatsListener listener = this.listener;
		return (listener != null) ? listener.inFlight() + listener.streams() : 0;
	}

	/**
	 * Returns the most requests that are handled at once, streams not counted.
	 * @return the limit of the options, or the number of threads if that is less
	 */
	public int getMaxInFlight() {
		int threads = maxThreads();
		int maxInFlight = this.options.listener().maxInFlight();
		return (threads > 0) ? Math.min(maxInFlight, threads) : maxInFlight;
	}

	private int maxThreads() {
		Executor executor = getExecutor();
		if (executor instanceof ThreadPool.SizedThreadPool pool) {
			return pool.getMaxThreads();
		}
		return (executor instanceof VirtualThreadPool pool) ? pool.getMaxConcurrentTasks() : 0;
	}

	@Override
	protected void doStart() throws Exception {
		super.doStart();
		Scheduler frames = Schedulers.newParallel("natsproxy-servlet", Schedulers.DEFAULT_POOL_SIZE, true);
		this.frames = frames;
		Executor virtual = VirtualThreads.getVirtualThreadsExecutor(getExecutor());
		StreamExecutors executors = new StreamExecutors((virtual != null) ? virtual : getExecutor(), frames::schedule);
		WebSocketAcceptor sockets = new WebSocketAcceptor(this.exchanges, this.options.webSockets());
		this.sockets = sockets;
		WebSocketUpgrade upgrade = new WebSocketUpgrade(sockets, this.options.webSockets().maxMessageSize());
		NatsListenerOptions limits = this.options.listener();
		NatsListener listener = new NatsListener(this.exchanges,
				new NatsListenerOptions(limits.queueGroup(), getMaxInFlight(), limits.maxStreams(),
						limits.maxHeadSize(), limits.verifySubject(), limits.streams(), limits.format()),
				(exchange) -> handle(exchange, executors, upgrade), observer());
		synchronized (this) {
			this.drained = null;
			this.listener = listener;
		}
		listener.start(subjects());
	}

	private ListenerObserver observer() {
		NatsListenerOptions listener = this.options.listener();
		return DiscoverableService.observer(this.exchanges, this.options.discovery(), listener.queueGroup(),
				listener.format(), (endpoints) -> this.options.patterns()
					.forEach((pattern) -> endpoints.add(Set.of(), pattern, EndpointTraits.UNKNOWN)));
	}

	private Set<String> subjects() {
		Set<String> subjects = new LinkedHashSet<>();
		this.options.patterns()
			.forEach((pattern) -> subjects.addAll(MessageFormat.routeSubjects(this.exchanges.routeSubjects(),
					this.options.listener().format(), Set.of(), pattern)));
		return subjects;
	}

	/**
	 * Takes a request, on the thread on which all requests arrive.
	 */
	private void handle(IncomingExchange exchange, StreamExecutors executors, WebSocketUpgrade upgrade) {
		RequestReader request;
		try {
			request = RequestReader.of(exchange, this.options.forwardedHeaders());
		}
		catch (RuntimeException ex) {
			logger.debug("A request is malformed", ex);
			reply(exchange, 400, "Target or host are malformed");
			return;
		}
		String canonicalPath = request.metaData().getHttpURI().getCanonicalPath();
		if (canonicalPath == null || !this.options.exposed().test(exchange.head().path())
				|| !this.options.exposed().test(canonicalPath)) {
			reply(exchange, 404, "There is no such resource");
			return;
		}
		String id = Long.toString(this.ids.incrementAndGet());
		NatsEndPoint endPoint = new NatsEndPoint(getScheduler(), request.remoteAddress(), executors,
				upgrade.acceptor());
		NatsConnection connection = new NatsConnection(this, this.configuration, endPoint, id,
				request.origin().scheme().equals("https"));
		endPoint.setConnection(connection);
		new NatsHttpStream(id, exchange, this.channels.newHttpChannel(connection), endPoint, upgrade, executors,
				this.exchanges.timer())
			.handle(request.metaData());
	}

	private static void reply(IncomingExchange exchange, int status, String detail) {
		exchange.reply(new ResponseHead(status, Problem.HEADERS), Problem.of(status, detail).toJson());
	}

	/**
	 * Ends the subscriptions. What has arrived is answered.
	 * @return completes when it has been, or the grace period is over
	 */
	@Override
	public CompletableFuture<Void> shutdown() {
		super.shutdown();
		NatsListener listener;
		CompletableFuture<Void> drained;
		synchronized (this) {
			listener = this.listener;
			if (this.drained != null || listener == null) {
				return (this.drained != null) ? this.drained : CompletableFuture.completedFuture(null);
			}
			drained = new CompletableFuture<>();
			this.drained = drained;
		}
		NatsListener draining = listener;
		WebSocketAcceptor sockets = Objects.requireNonNull(this.sockets);
		new Thread(() -> {
			try {
				drain(draining, sockets);
			}
			finally {
				drained.complete(null);
			}
		}, "natsproxy-shutdown").start();
		return drained;
	}

	private void drain(NatsListener listener, WebSocketAcceptor sockets) {
		Duration gracePeriod = this.options.gracePeriod();
		long deadline = System.nanoTime() + gracePeriod.toNanos();
		try {
			if (!listener.drain(gracePeriod, () -> sockets.closeAll(RESTART))) {
				logger.warn("Stopped with {} requests not answered after {} ms",
						listener.inFlight() + listener.streams(), gracePeriod.toMillis());
			}
			// Those that were accepted meanwhile.
			sockets.closeAll(RESTART);
			if (!sockets.awaitHandled(Duration.ofNanos(deadline - System.nanoTime()))) {
				logger.warn("Stopped with handlers of WebSockets that have not ended after {} ms",
						gracePeriod.toMillis());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	protected void doStop() throws Exception {
		try {
			// Drains within the grace period, which has begun when it was shut down.
			shutdown().get(this.options.gracePeriod().toMillis() + 5000, TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException | ExecutionException ex) {
			logger.warn("The listener has not stopped in time");
		}
		finally {
			this.listener = null;
			super.doStop();
			WebSocketAcceptor sockets = this.sockets;
			if (sockets != null) {
				sockets.close();
			}
			Scheduler frames = this.frames;
			if (frames != null) {
				frames.dispose();
			}
		}
	}

	@Override
	protected void accept(int acceptorId) {
		throw new UnsupportedOperationException("Requests are not accepted from a socket");
	}

	@Override
	public Object getTransport() {
		return this.exchanges;
	}

	/**
	 * Returns the name of the protocol, for logs: there are no ports, and no addresses.
	 */
	@Override
	public List<String> getProtocols() {
		return List.of("http/1.1");
	}

	@Override
	public String toString() {
		return "NATS in queue group '" + this.options.listener().queueGroup() + "': "
				+ String.join(", ", this.options.patterns());
	}

}
