package io.natsproxy.gateway.declared.async;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.jetstream.JetStreams;
import io.natsproxy.gateway.declared.NatsRoute;
import io.natsproxy.gateway.declared.RouteHandler;
import io.natsproxy.gateway.declared.RouteHandlerFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Makes the handlers of {@link AsyncTarget}s, and of what tells of their requests, and
 * has stored requests done while it runs.
 */
public final class AsyncHandlers implements RouteHandlerFactory, SmartLifecycle {

	private final NatsExchanges exchanges;

	private final JetStreams jetStreams;

	private final NatsCaller caller;

	private final Map<AsyncQueue, AsyncRequests> queues = new ConcurrentHashMap<>();

	private volatile boolean running;

	/**
	 * Creates the factory.
	 * @param exchanges tells of replies; not closed by this object
	 * @param jetStreams stores requests and replies; not closed by this object
	 * @param caller has requests done; not closed by this object
	 */
	public AsyncHandlers(NatsExchanges exchanges, JetStreams jetStreams, NatsCaller caller) {
		this.exchanges = exchanges;
		this.jetStreams = jetStreams;
		this.caller = caller;
	}

	@Override
	public @Nullable RouteHandler create(NatsRoute route) {
		if (route.target() instanceof AsyncTarget target) {
			AsyncRequests requests = requests(target.queue());
			requests.doneBy(route, target);
			return new AsyncHandler(requests);
		}
		return (route.target() instanceof AsyncResultTarget target)
				? new AsyncResultHandler(requests(target.queue()), this.caller, target.reply()) : null;
	}

	private AsyncRequests requests(AsyncQueue queue) {
		for (AsyncQueue other : this.queues.keySet()) {
			boolean shared = other.stream().equals(queue.stream()) || other.subject().equals(queue.subject());
			if (shared && !other.equals(queue)) {
				throw new IllegalArgumentException("Routes that store requests in the same stream, '" + queue.stream()
						+ "' on '" + queue.subject() + "', have the same settings otherwise, too");
			}
		}
		return this.queues.computeIfAbsent(queue,
				(key) -> new AsyncRequests(key, this.jetStreams, this.exchanges.transport(), this.caller));
	}

	@Override
	public synchronized void start() {
		if (!this.running) {
			this.running = true;
			this.queues.values().forEach(AsyncRequests::start);
		}
	}

	@Override
	public synchronized void stop() {
		if (this.running) {
			this.running = false;
			this.queues.values().forEach(AsyncRequests::stop);
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
