package io.natsproxy.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.natsproxy.core.discovery.ServiceDiscovery;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.liveness.KeepAlive;
import io.natsproxy.core.liveness.ShutdownThread;
import io.natsproxy.core.websocket.WebSocketClose;
import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Serves HTTP servers over NATS for as long as its context runs. A stop ends the
 * subscriptions and answers what has come, within a grace period. Keeps the JVM alive, as
 * a web server does.
 */
public class Agent implements SmartLifecycle {

	/**
	 * Phase in which the agent starts and stops: below those of a web server.
	 */
	public static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 3072;

	private static final Logger logger = LoggerFactory.getLogger(Agent.class);

	private static final WebSocketClose RESTART = new WebSocketClose(1012, "The agent stops");

	private final NatsExchanges exchanges;

	private final AgentOptions options;

	private final AgentObservations observations;

	private final List<UpstreamRoutes> routes;

	private final Map<String, ServiceDiscovery> discovery;

	private volatile List<UpstreamService> services = List.of();

	private @Nullable WebSocketAcceptor sockets;

	private @Nullable KeepAlive keepAlive;

	/**
	 * Creates an agent that observes nothing.
	 * @param exchanges makes the listeners; not closed by this object
	 * @param upstreams what is served
	 * @param options settings that hold for all of them
	 * @throws OverlappingUpstreamsException if two have the same name, or would answer
	 * the same requests
	 * @throws IllegalArgumentException if a path is malformed
	 */
	public Agent(NatsExchanges exchanges, List<Upstream> upstreams, AgentOptions options) {
		this(exchanges, upstreams, options, Map.of(), AgentObservations.NONE);
	}

	/**
	 * Creates an agent that tells others of its upstreams.
	 * @param exchanges makes the listeners; not closed by this object
	 * @param upstreams what is served
	 * @param options settings that hold for all of them
	 * @param discovery what others discover of the upstreams while they are up, by their
	 * names; nothing of one that is missing
	 * @param observations observes the requests
	 * @throws OverlappingUpstreamsException if two have the same name, or would answer
	 * the same requests
	 * @throws IllegalArgumentException if a path is malformed
	 */
	public Agent(NatsExchanges exchanges, List<Upstream> upstreams, AgentOptions options,
			Map<String, ServiceDiscovery> discovery, AgentObservations observations) {
		this.discovery = Map.copyOf(discovery);
		this.exchanges = exchanges;
		this.options = options;
		this.observations = observations;
		this.routes = upstreams.stream().map(UpstreamRoutes::new).toList();
		UpstreamRoutes.requireApart(this.routes, exchanges.routeSubjects(), options.format());
		upstreams.forEach(options::listener);
	}

	@Override
	public synchronized void start() {
		if (isRunning()) {
			return;
		}
		List<UpstreamService> services = new ArrayList<>();
		WebSocketAcceptor sockets = new WebSocketAcceptor(this.exchanges, this.options.sockets());
		for (UpstreamRoutes each : this.routes) {
			UpstreamClient client = new UpstreamClient(each.upstream(), this.options.metrics());
			services.add(new UpstreamService(
					this.exchanges, this.options, client, new ProxyHandler(client, each,
							relay(sockets, each.upstream()), this.exchanges.timer(), this.observations),
					each, this.discovery.get(each.upstream().name())));
		}
		this.sockets = sockets;
		this.services = List.copyOf(services);
		services.forEach(UpstreamService::start);
		if (services.isEmpty()) {
			logger.info("The agent serves nothing, since it has no upstreams");
		}
		else {
			this.keepAlive = KeepAlive.start("natsproxy-agent");
		}
	}

	private WebSocketRelay relay(WebSocketAcceptor sockets, Upstream upstream) {
		return new WebSocketRelay(sockets, this.options.sockets().maxMessageSize(),
				upstream.connections().stallTimeout());
	}

	@Override
	public synchronized void stop() {
		List<UpstreamService> services = this.services;
		this.services = List.of();
		WebSocketAcceptor sockets = this.sockets;
		this.sockets = null;
		if (sockets == null) {
			return;
		}
		try {
			drain(services, sockets);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		services.forEach(UpstreamService::close);
		sockets.close();
		KeepAlive keepAlive = this.keepAlive;
		if (keepAlive != null) {
			keepAlive.end();
		}
	}

	/**
	 * Ends the subscriptions of all upstreams, then the WebSockets, and waits for what is
	 * under way.
	 */
	private void drain(List<UpstreamService> services, WebSocketAcceptor sockets) throws InterruptedException {
		long deadline = System.nanoTime() + this.options.gracePeriod().toNanos();
		CountDownLatch unsubscribed = new CountDownLatch(services.size());
		List<Thread> threads = services.stream()
			.map((service) -> new Thread(() -> service.stop(unsubscribed::countDown, deadline),
					"natsproxy-agent-drain"))
			.toList();
		threads.forEach(Thread::start);
		if (!unsubscribed.await(this.options.gracePeriod().toNanos(), TimeUnit.NANOSECONDS)) {
			logger.warn("Stopped with subscriptions that have not ended");
		}
		sockets.closeAll(RESTART);
		for (Thread thread : threads) {
			thread.join();
		}
		// Those that were accepted meanwhile.
		sockets.closeAll(RESTART);
		sockets.awaitHandled(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
	}

	@Override
	public void stop(Runnable callback) {
		ShutdownThread.start(this::stop, callback);
	}

	@Override
	public boolean isRunning() {
		return !this.services.isEmpty();
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	/**
	 * Returns the number of WebSockets that are open.
	 * @return the number, 0 when stopped
	 */
	public synchronized int getWebSockets() {
		return (this.sockets != null) ? this.sockets.open() : 0;
	}

	/**
	 * Returns the states of the upstreams.
	 * @return the states, in the order of the settings; none when stopped
	 */
	public List<UpstreamState> getUpstreams() {
		return this.services.stream().map(UpstreamService::state).toList();
	}

}
