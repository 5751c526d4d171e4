package io.natsproxy.gateway.route;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.natsproxy.core.discovery.DiscoveredService;
import io.natsproxy.core.discovery.KnownServices;
import io.natsproxy.core.discovery.ServiceDiscovery;
import io.natsproxy.core.discovery.ServiceWatcher;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.core.wire.MalformedMessageException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;

import org.springframework.context.SmartLifecycle;

/**
 * The routes that services have told. It may be late, incomplete, or wrong, since others
 * tell it: what is not known is asked for on the bus, unless the operator wants it
 * otherwise. Safe for use by many threads.
 */
public final class RouteTable implements SmartLifecycle {

	/**
	 * Phase in which it starts and stops: before a web server accepts requests.
	 */
	public static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 3072;

	private static final Logger logger = LoggerFactory.getLogger(RouteTable.class);

	private static final RateLimitedLog warnings = new RateLimitedLog(logger, Duration.ofMinutes(10));

	/**
	 * The nanoseconds after which it is looked which services have been gone for long.
	 */
	private static final long REVIEWED_AFTER = TimeUnit.MINUTES.toNanos(1);

	private final NatsExchanges exchanges;

	private final String prefix;

	/**
	 * Guarded by this object, like all that follows up to the volatile fields.
	 */
	private final RouteTags tags;

	private final GoneServices goneServices = new GoneServices();

	private final List<Consumer<List<DiscoveredService>>> listeners = new CopyOnWriteArrayList<>();

	private volatile KnownServices known = KnownServices.NONE;

	private volatile LearntRoutes routes = LearntRoutes.NONE;

	private volatile LearntRoutes gone = LearntRoutes.NONE;

	private volatile long reviewedAt = System.nanoTime();

	private final AnsweredUnknown answeredUnknown = new AnsweredUnknown();

	private volatile @Nullable ServiceWatcher watcher;

	/**
	 * Creates a table, which knows nothing yet.
	 * @param exchanges watches the bus; not closed by this object
	 * @param prefix the prefix of the subjects on which services are asked
	 * @param maxTemplates the most path patterns that are given to metrics as tags from
	 * the start of the application to its end
	 * @throws IllegalArgumentException if the prefix is no literal subject
	 */
	public RouteTable(NatsExchanges exchanges, String prefix, int maxTemplates) {
		ServiceDiscovery.requirePrefix(prefix);
		this.exchanges = exchanges;
		this.prefix = prefix;
		this.tags = new RouteTags(maxTemplates);
	}

	/**
	 * Finds the route that a request is most likely for.
	 * @param method the HTTP method
	 * @param rawPath the path as it stands in the target
	 * @return the route, or {@code null} if it is not known
	 */
	public @Nullable KnownRoute find(String method, String rawPath) {
		return find(this.routes, method, rawPath);
	}

	/**
	 * Finds a route of a path among those of services of which no instance is there any
	 * more, whatever its method.
	 * @param rawPath the path as it stands in the target
	 * @return the route, or {@code null} if there was none in the last hour
	 */
	public @Nullable KnownRoute findGone(String rawPath) {
		long now = System.nanoTime();
		if (now - this.reviewedAt > REVIEWED_AFTER) {
			reviewGone(services());
		}
		LearntRoutes gone = this.gone;
		for (String method : gone.methods()) {
			KnownRoute found = find(gone, method, rawPath);
			if (found != null) {
				return found;
			}
		}
		return null;
	}

	private synchronized void reviewGone(List<DiscoveredService> services) {
		this.reviewedAt = System.nanoTime();
		this.goneServices.update(services, this.reviewedAt);
		LearntRoutes.Builder gone = new LearntRoutes.Builder(this.exchanges.routeSubjects(), this.tags);
		this.goneServices.addTo(gone);
		this.gone = gone.build();
	}

	private @Nullable KnownRoute find(LearntRoutes routes, String method, String rawPath) {
		if (routes == LearntRoutes.NONE) {
			return null;
		}
		try {
			return routes.find(this.exchanges.subjectCodec().subject(method, rawPath));
		}
		catch (MalformedMessageException ex) {
			return null;
		}
	}

	/**
	 * Returns the methods with which services answer a path.
	 * @param rawPath the path as it stands in the target
	 * @return the methods in order, OPTIONS among them where there are any; empty if the
	 * path is not known
	 */
	public List<String> methods(String rawPath) {
		LearntRoutes routes = this.routes;
		List<String> methods = new ArrayList<>();
		for (String method : routes.methods()) {
			if (find(routes, method, rawPath) != null) {
				methods.add(method);
				if (method.equals("GET")) {
					methods.add("HEAD");
				}
			}
		}
		if (!methods.isEmpty() && !methods.contains("OPTIONS")) {
			methods.add("OPTIONS");
		}
		methods.sort(null);
		return methods;
	}

	/**
	 * Returns whether all services are known that can be discovered.
	 * @return whether what is not known is not there, but for services that do not tell
	 */
	public boolean isComplete() {
		return this.known.complete() && this.routes.isComplete();
	}

	/**
	 * Returns whether the bus cannot tell that nobody is there, since somebody subscribes
	 * to everything.
	 * @return whether somebody does
	 */
	public boolean isInterestHidden() {
		return this.known.wideInterest();
	}

	/**
	 * Takes note that a request has been answered whose route was not known.
	 * @param method the HTTP method
	 * @param rawPath the path as it stands in the target
	 */
	public void answeredUnknown(String method, String rawPath) {
		if (isComplete() && !isKnown(method, rawPath)) {
			this.answeredUnknown.add(method, rawPath);
		}
	}

	private boolean isKnown(String method, String rawPath) {
		return find(method, rawPath) != null || methods(rawPath).contains(method);
	}

	/**
	 * Returns whether there are services that do not tell their routes.
	 * @return whether one has answered within a day that has not told its route since
	 */
	public boolean hasUndiscovered() {
		return this.answeredUnknown.contains((method, rawPath) -> !isKnown(method, rawPath));
	}

	/**
	 * Returns the instances of services that are known, with the texts that they have
	 * told: whoever shows them has to escape them.
	 * @return the instances, which may include some of which no endpoint is a route
	 */
	public List<DiscoveredService> services() {
		return this.known.services();
	}

	/**
	 * Has a listener told when the instances that are known have changed, until it is
	 * disposed of.
	 * @param listener is called with all instances, once in a second at the most, on a
	 * daemon thread which it must not block for long
	 * @return ends that
	 */
	public Disposable onChange(Consumer<List<DiscoveredService>> listener) {
		this.listeners.add(listener);
		return () -> this.listeners.remove(listener);
	}

	/**
	 * Takes what all services tell.
	 */
	void learn(KnownServices known) {
		boolean changed = !known.services().equals(this.known.services());
		if (changed) {
			learn(known.services());
		}
		this.known = known;
		if (changed) {
			tell(known.services());
		}
	}

	private synchronized void learn(List<DiscoveredService> services) {
		reviewGone(services);
		LearntRoutes.Builder running = new LearntRoutes.Builder(this.exchanges.routeSubjects(), this.tags);
		services.forEach((service) -> running.add(service.name(), service.endpoints()));
		LearntRoutes routes = running.build();
		if (!routes.isComplete()) {
			warnings.warn("Services tell more routes, or longer ones, than there is room for: some are not known");
		}
		this.routes = routes;
	}

	private void tell(List<DiscoveredService> services) {
		for (Consumer<List<DiscoveredService>> listener : this.listeners) {
			try {
				listener.accept(services);
			}
			catch (Throwable ex) {
				Uncaught.report(logger, "What services tell could not be taken", ex);
			}
		}
	}

	@Override
	public void start() {
		ServiceWatcher watcher = new ServiceWatcher(this.exchanges, this.prefix, this::learn);
		this.watcher = watcher;
		watcher.start();
	}

	@Override
	public void stop() {
		ServiceWatcher watcher = this.watcher;
		this.watcher = null;
		if (watcher != null) {
			watcher.close();
		}
	}

	@Override
	public boolean isRunning() {
		return this.watcher != null;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
