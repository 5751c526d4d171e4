package io.natsproxy.webflux.server;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.natsproxy.core.discovery.DiscoverableService;
import io.natsproxy.core.discovery.ServiceDiscovery;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.listener.ListenerObserver;
import io.natsproxy.core.exchange.listener.NatsListener;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.liveness.Heartbeat;
import io.natsproxy.core.liveness.KeepAlive;
import io.natsproxy.core.liveness.ShutdownThread;
import io.natsproxy.core.liveness.Watched;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.context.SmartLifecycle;

/**
 * Serves the routes of an application over NATS for as long as its context runs. Starts
 * before a web server accepts requests, and stops after it has answered the last; a stop
 * ends the subscriptions and answers what has arrived, within a grace period. Keeps the
 * JVM alive while there are routes, as a web server does.
 */
public class NatsServer implements SmartLifecycle, Watched {

	/**
	 * Phase in which the server starts and stops: below those of a web server.
	 */
	public static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 3072;

	/**
	 * Most routes that are named in the log when the server starts.
	 */
	private static final int MAX_NAMED = 50;

	private static final WebSocketClose RESTART = new WebSocketClose(1012, "The service restarts");

	private static final Log logger = LogFactory.getLog(NatsServer.class);

	private final NatsExchanges exchanges;

	private final NatsListenerOptions options;

	private final NatsHandler handler;

	private final Duration gracePeriod;

	private final boolean forwardedHeaders;

	private final WebSocketAcceptor sockets;

	private final boolean autoStartup;

	private final @Nullable ServiceDiscovery discovery;

	private volatile @Nullable Scheduler scheduler;

	private @Nullable KeepAlive keepAlive;

	private volatile @Nullable NatsListener listener;

	/**
	 * Creates a server.
	 * @param exchanges makes the listener; not closed by this object
	 * @param options queue group and limits
	 * @param handler handles the requests
	 * @param gracePeriod how long a stop waits for requests to be answered
	 * @param forwardedHeaders whether the forwarded headers, which the gateway writes,
	 * are to be believed
	 * @param sockets the WebSockets that handlers have accepted, which a stop closes with
	 * 1012 (service restart); not closed by this object
	 */
	public NatsServer(NatsExchanges exchanges, NatsListenerOptions options, NatsHandler handler, Duration gracePeriod,
			boolean forwardedHeaders, WebSocketAcceptor sockets) {
		this(exchanges, options, handler, gracePeriod, forwardedHeaders, sockets, true);
	}

	/**
	 * Creates a server that may be left to another object to start.
	 * @param exchanges makes the listener; not closed by this object
	 * @param options queue group and limits
	 * @param handler handles the requests
	 * @param gracePeriod how long a stop waits for requests to be answered
	 * @param forwardedHeaders whether the forwarded headers, which the gateway writes,
	 * are to be believed
	 * @param sockets the WebSockets that handlers have accepted, which a stop closes with
	 * 1012 (service restart); not closed by this object
	 * @param autoStartup whether the context starts the server
	 */
	public NatsServer(NatsExchanges exchanges, NatsListenerOptions options, NatsHandler handler, Duration gracePeriod,
			boolean forwardedHeaders, WebSocketAcceptor sockets, boolean autoStartup) {
		this(exchanges, options, handler, gracePeriod, forwardedHeaders, sockets, autoStartup, null);
	}

	/**
	 * Creates a server that tells others of itself.
	 * @param exchanges makes the listener; not closed by this object
	 * @param options queue group and limits
	 * @param handler handles the requests
	 * @param gracePeriod how long a stop waits for requests to be answered
	 * @param forwardedHeaders whether the forwarded headers, which the gateway writes,
	 * are to be believed
	 * @param sockets the WebSockets that handlers have accepted, which a stop closes with
	 * 1012 (service restart); not closed by this object
	 * @param autoStartup whether the context starts the server
	 * @param discovery what others discover of the service; {@code null} for nothing
	 */
	public NatsServer(NatsExchanges exchanges, NatsListenerOptions options, NatsHandler handler, Duration gracePeriod,
			boolean forwardedHeaders, WebSocketAcceptor sockets, boolean autoStartup,
			@Nullable ServiceDiscovery discovery) {
		this.exchanges = exchanges;
		this.options = options;
		this.handler = handler;
		this.gracePeriod = gracePeriod;
		this.forwardedHeaders = forwardedHeaders;
		this.sockets = sockets;
		this.autoStartup = autoStartup;
		this.discovery = discovery;
	}

	/**
	 * Registers the threads on which handlers run with the heartbeat, which checks
	 * another one of them each time.
	 */
	@Override
	public void watchedBy(Heartbeat heartbeat) {
		heartbeat.watch("natsproxy-service", (task) -> {
			Scheduler scheduler = this.scheduler;
			if (scheduler != null && !scheduler.isDisposed()) {
				scheduler.schedule(task);
			}
			else {
				task.run();
			}
		});
	}

	@Override
	public void start() {
		this.handler.prepare();
		Scheduler scheduler = Schedulers.newParallel("natsproxy-service", Schedulers.DEFAULT_POOL_SIZE, true);
		NatsListener listener = new NatsListener(this.exchanges, this.options,
				new NatsHttpHandlerAdapter(this.handler.httpHandler(),
						this.handler.isExposing() ? new SchedulerExecutor(scheduler)
								: new ReceivingExecutor(scheduler, this.exchanges.transport().receiving()),
						this.exchanges.timer(), this.forwardedHeaders),
				observer());
		this.scheduler = scheduler;
		this.listener = listener;
		Set<String> subjects = new LinkedHashSet<>(subjects(this.handler.routes()));
		subjects.addAll(subjects(this.handler.implicitRoutes()));
		listener.start(subjects);
		if (!subjects.isEmpty()) {
			this.keepAlive = KeepAlive.start("natsproxy-server");
		}
		logger.info("Serving over NATS in queue group '" + this.options.queueGroup() + "': " + (subjects.isEmpty()
				? "no routes, since there is neither a @NatsController nor a @NatsRoutes bean" : routeNames()));
	}

	private String routeNames() {
		List<NatsRoute> routes = this.handler.routes();
		int more = routes.size() - MAX_NAMED;
		return routes.stream().map(NatsRoute::toString).sorted().limit(MAX_NAMED).collect(Collectors.joining(", "))
				+ ((more > 0) ? " and " + more + " more" : "");
	}

	private ListenerObserver observer() {
		List<NatsRoute> routes = this.handler.routes();
		return DiscoverableService.observer(this.exchanges, routes.isEmpty() ? null : this.discovery,
				this.options.queueGroup(), this.options.format(), (endpoints) -> routes
					.forEach((route) -> endpoints.add(route.methods(), route.pattern(), route.traits())));
	}

	private Set<String> subjects(Collection<NatsRoute> routes) {
		Set<String> subjects = new LinkedHashSet<>();
		routes.forEach((route) -> subjects.addAll(MessageFormat.routeSubjects(this.exchanges.routeSubjects(),
				this.options.format(), route.methods(), route.pattern())));
		return subjects;
	}

	@Override
	public void stop() {
		stop(this.gracePeriod);
	}

	/**
	 * Ends the subscriptions and answers what has arrived. What is not answered in time,
	 * or when the thread is interrupted, is broken off. Does nothing when the server does
	 * not run.
	 * @param gracePeriod how long to wait for requests to be answered, in place of the
	 * server's own
	 * @return whether every request was answered
	 */
	public boolean stop(Duration gracePeriod) {
		NatsListener listener = this.listener;
		this.listener = null;
		boolean answered = true;
		if (listener != null) {
			try {
				answered = drain(listener, gracePeriod);
			}
			catch (InterruptedException ex) {
				answered = false;
				listener.abort();
				this.sockets.closeAll(RESTART);
				Thread.currentThread().interrupt();
			}
		}
		release();
		return answered;
	}

	private void release() {
		Scheduler scheduler = this.scheduler;
		if (scheduler != null) {
			scheduler.dispose();
		}
		KeepAlive keepAlive = this.keepAlive;
		if (keepAlive != null) {
			keepAlive.end();
		}
	}

	private boolean drain(NatsListener listener, Duration gracePeriod) throws InterruptedException {
		long deadline = System.nanoTime() + gracePeriod.toNanos();
		boolean answered = listener.drain(gracePeriod, () -> this.sockets.closeAll(RESTART));
		if (!answered) {
			logger.warn("Stopped with " + (listener.inFlight() + listener.streams()) + " requests not answered after "
					+ gracePeriod.toMillis() + " ms");
		}
		// Those that were accepted meanwhile.
		this.sockets.closeAll(RESTART);
		boolean handled = this.sockets.awaitHandled(Duration.ofNanos(deadline - System.nanoTime()));
		if (!handled) {
			logger.warn(
					"Stopped with handlers of WebSockets that have not ended after " + gracePeriod.toMillis() + " ms");
		}
		return answered && handled;
	}

	/**
	 * Ends the subscriptions, and breaks off what has not been answered. Does nothing
	 * when the server does not run.
	 */
	public void abort() {
		NatsListener listener = this.listener;
		this.listener = null;
		if (listener != null) {
			listener.abort();
			this.sockets.closeAll(RESTART);
			release();
		}
	}

	@Override
	public void stop(Runnable callback) {
		ShutdownThread.start(this::stop, callback);
	}

	@Override
	public boolean isAutoStartup() {
		return this.autoStartup;
	}

	/**
	 * Returns whether a pause of the context stops the server: not if it is left to
	 * another object to start it again, as a web server, which goes on meanwhile.
	 */
	@Override
	public boolean isPauseable() {
		return this.autoStartup;
	}

	@Override
	public boolean isRunning() {
		return this.listener != null;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	/**
	 * Returns the routes that are served.
	 * @return the routes that the application declares
	 */
	public List<NatsRoute> getRoutes() {
		return this.handler.routes();
	}

	/**
	 * Returns the number of requests that are being handled, streams among them.
	 * @return the number, 0 when stopped
	 */
	public int getInFlight() {
		NatsListener listener = this.listener;
		return (listener != null) ? listener.inFlight() + listener.streams() : 0;
	}

}
