package io.natsproxy.agent;

import java.time.Duration;

import io.natsproxy.agent.UpstreamState.Status;
import io.natsproxy.core.discovery.DiscoverableService;
import io.natsproxy.core.discovery.EndpointTraits;
import io.natsproxy.core.discovery.ServiceDiscovery;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.listener.ListenerObserver;
import io.natsproxy.core.exchange.listener.NatsListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Serves one upstream over NATS while it is up: subscribes when it is, and drains the
 * subscriptions when it is not, so that other instances, or nobody, are asked. Safe for
 * use by many threads.
 */
final class UpstreamService {

	private static final Logger logger = LoggerFactory.getLogger(UpstreamService.class);

	private final NatsExchanges exchanges;

	private final AgentOptions options;

	private final UpstreamClient client;

	private final ProxyHandler handler;

	private final UpstreamRoutes routes;

	private final @Nullable ServiceDiscovery discovery;

	private final @Nullable HealthProbe probe;

	private final Disposable.Swap probing = Disposables.swap();

	/**
	 * Those that served before the upstream was down.
	 */
	private final DrainingListeners draining = new DrainingListeners();

	/**
	 * Guarded by this object, like all that follows.
	 */
	private @Nullable NatsListener listener;

	private boolean running;

	private Status status = Status.UNKNOWN;

	private int failures;

	/**
	 * Creates the service, which does not serve yet.
	 * @param client calls the upstream; closed by this object
	 * @param handler takes the requests
	 * @param routes what is subscribed
	 * @param discovery what others discover of it; {@code null} for nothing
	 */
	UpstreamService(NatsExchanges exchanges, AgentOptions options, UpstreamClient client, ProxyHandler handler,
			UpstreamRoutes routes, @Nullable ServiceDiscovery discovery) {
		this.exchanges = exchanges;
		this.options = options;
		this.client = client;
		this.handler = handler;
		this.routes = routes;
		this.discovery = discovery;
		HealthCheck check = client.upstream().health();
		this.probe = (check != null) ? new HealthProbe(client, check,
				(up) -> exchanges.timer().execute(() -> onHealth(up, check.failures()))) : null;
	}

	/**
	 * Serves the upstream, once it is known to be up.
	 */
	synchronized void start() {
		this.running = true;
		HealthProbe probe = this.probe;
		HealthCheck check = this.client.upstream().health();
		if (probe == null || check == null) {
			serve();
			return;
		}
		probe.ask();
		this.probing.update(this.exchanges.timer().repeat(probe::ask, check.interval()));
	}

	private synchronized void onHealth(boolean up, int maxFailures) {
		if (!this.running) {
			return;
		}
		this.failures = up ? 0 : this.failures + 1;
		if (up) {
			serve();
		}
		else if (this.failures >= maxFailures || this.status == Status.UNKNOWN) {
			withdraw();
		}
	}

	private void serve() {
		if (this.listener != null) {
			return;
		}
		Upstream upstream = this.client.upstream();
		NatsListener listener = new NatsListener(this.exchanges, this.options.listener(upstream), this.handler,
				observer(upstream));
		try {
			listener.start(this.routes.subjects(this.exchanges.routeSubjects(), this.options.format()));
		}
		catch (Throwable ex) {
			// It may have subscribed already, and would with each further attempt.
			listener.abort();
			throw ex;
		}
		this.listener = listener;
		this.status = Status.UP;
		logger.info("Serving upstream '{}' at {} over NATS: {}", upstream.name(), upstream.authority(),
				upstream.paths());
	}

	private ListenerObserver observer(Upstream upstream) {
		// A request may wait for a connection of the pool, then for a new one, before it
		// is
		// sent.
		UpstreamConnections connections = upstream.connections();
		EndpointTraits traits = EndpointTraits
			.timeout(connections.connectTimeout().multipliedBy(2).plus(connections.responseTimeout()));
		return DiscoverableService.observer(this.exchanges, this.discovery, upstream.name(), this.options.format(),
				(endpoints) -> this.routes.patterns()
					.forEach((path) -> endpoints.add(upstream.requests().methods(), path, traits)));
	}

	private void withdraw() {
		NatsListener listener = this.listener;
		this.listener = null;
		if (this.status != Status.DOWN) {
			this.status = Status.DOWN;
			logger.warn("Upstream '{}' is down and not served: its health check fails", this.client.upstream().name());
		}
		if (listener != null) {
			this.draining.add(listener, this.options.gracePeriod());
		}
	}

	/**
	 * Ends the subscriptions, and waits until the requests that have come are answered,
	 * those that came before the upstream was down among them.
	 * @param unsubscribed is run once no more requests are going to come
	 * @param deadline until when to wait, as {@link System#nanoTime()}
	 */
	void stop(Runnable unsubscribed, long deadline) {
		NatsListener listener;
		synchronized (this) {
			this.running = false;
			listener = this.listener;
			this.listener = null;
			this.status = Status.UNKNOWN;
			this.failures = 0;
		}
		this.probing.update(Disposables.disposed());
		try {
			boolean answered = drain(listener, unsubscribed, deadline);
			if (!this.draining.await(deadline) || !answered) {
				logger.warn("Stopped with requests to upstream '{}' that were not answered after {} ms",
						this.client.upstream().name(), this.options.gracePeriod().toMillis());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static boolean drain(@Nullable NatsListener listener, Runnable unsubscribed, long deadline)
			throws InterruptedException {
		if (listener == null) {
			unsubscribed.run();
			return true;
		}
		return listener.drain(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())), unsubscribed);
	}

	/**
	 * Closes the connections to the upstream.
	 */
	void close() {
		if (this.probe != null) {
			this.probe.stop();
		}
		this.client.close();
	}

	synchronized UpstreamState state() {
		NatsListener listener = this.listener;
		int serving = (listener != null) ? listener.inFlight() + listener.streams() : 0;
		return new UpstreamState(this.client.upstream().name(), this.status, serving + this.draining.inFlight(),
				this.handler.openSockets());
	}

}
