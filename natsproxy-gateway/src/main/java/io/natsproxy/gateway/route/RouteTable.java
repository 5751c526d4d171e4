package io.natsproxy.gateway.route;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.natsproxy.core.discovery.DiscoveredEndpoint;
import io.natsproxy.core.discovery.DiscoveredService;
import io.natsproxy.core.discovery.ServiceDiscovery;
import io.natsproxy.core.discovery.ServiceWatcher;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.log.SafeText;
import io.natsproxy.core.subject.RouteSubjects;
import io.natsproxy.core.subject.SubjectTree;
import io.natsproxy.core.wire.MalformedMessageException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;

import org.springframework.context.SmartLifecycle;

/**
 * The templates of the routes that services have told. It may be late, incomplete, or
 * wrong, since others tell it: what is not known is asked for on the bus, as ever, and
 * nothing is refused because of it. Safe for use by many threads.
 */
public final class RouteTable implements SmartLifecycle {

	/**
	 * Phase in which it starts and stops: before a web server accepts requests.
	 */
	public static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 3072;

	private static final Logger logger = LoggerFactory.getLogger(RouteTable.class);

	private static final int MAX_TEMPLATE = 256;

	/**
	 * Stands for several templates of which a subject does not tell which it is.
	 */
	private static final String AMBIGUOUS = "";

	private final NatsExchanges exchanges;

	private final String prefix;

	private final int maxTemplates;

	/**
	 * The templates that have been given out, lest metrics have ever more of them.
	 * Guarded by this object.
	 */
	private final Set<String> templates = new HashSet<>();

	private final List<Consumer<List<DiscoveredService>>> listeners = new CopyOnWriteArrayList<>();

	private volatile List<DiscoveredService> services = List.of();

	private volatile SubjectTree<String> bySubject = new SubjectTree<>();

	private volatile @Nullable ServiceWatcher watcher;

	/**
	 * Creates a table, which knows nothing yet.
	 * @param exchanges watches the bus; not closed by this object
	 * @param prefix the prefix of the subjects on which services are asked
	 * @param maxTemplates the most templates that are given out from the start of the
	 * application to its end
	 * @throws IllegalArgumentException if the prefix is no literal subject
	 */
	public RouteTable(NatsExchanges exchanges, String prefix, int maxTemplates) {
		ServiceDiscovery.requirePrefix(prefix);
		this.exchanges = exchanges;
		this.prefix = prefix;
		this.maxTemplates = maxTemplates;
	}

	/**
	 * Finds the template of the route that a request is most likely for.
	 * @param method the HTTP method
	 * @param rawPath the path as it stands in the target
	 * @return the template, or {@code null} if it is not known
	 */
	public @Nullable String template(String method, String rawPath) {
		SubjectTree<String> bySubject = this.bySubject;
		try {
			String template = bySubject.find(this.exchanges.subjectCodec().subject(method, rawPath));
			return AMBIGUOUS.equals(template) ? null : template;
		}
		catch (MalformedMessageException ex) {
			return null;
		}
	}

	/**
	 * Returns the instances of services that are known, with the texts that they have
	 * told: whoever shows them has to escape them.
	 * @return the instances, which may include some of which no endpoint is a route
	 */
	public List<DiscoveredService> services() {
		return this.services;
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
	void learn(List<DiscoveredService> services) {
		learnRoutes(services);
		this.services = services;
		for (Consumer<List<DiscoveredService>> listener : this.listeners) {
			try {
				listener.accept(services);
			}
			catch (Throwable ex) {
				Uncaught.report(logger, "What services tell could not be taken", ex);
			}
		}
	}

	private synchronized void learnRoutes(List<DiscoveredService> services) {
		Map<String, String> learnt = new HashMap<>();
		RouteSubjects routeSubjects = this.exchanges.routeSubjects();
		services
			.forEach((service) -> service.endpoints().forEach((endpoint) -> learn(endpoint, routeSubjects, learnt)));
		SubjectTree<String> bySubject = new SubjectTree<>();
		learnt.forEach(bySubject::put);
		this.bySubject = bySubject;
	}

	private void learn(DiscoveredEndpoint endpoint, RouteSubjects routeSubjects, Map<String, String> learnt) {
		String method = endpoint.method();
		String path = endpoint.path();
		if (method == null || path == null || !path.startsWith("/") || path.length() > MAX_TEMPLATE
				|| !SafeText.of(path).equals(path)) {
			return;
		}
		Set<String> subjects = routeSubjects.covering(List.of(method), path);
		// One that tells something else than it listens to has another prefix, or lies.
		if (subjects.contains(endpoint.subject()) && isAdmitted(path)) {
			subjects.forEach((subject) -> learnt.merge(subject, path,
					(before, added) -> before.equals(added) ? before : AMBIGUOUS));
		}
	}

	private boolean isAdmitted(String template) {
		return this.templates.contains(template)
				|| (this.templates.size() < this.maxTemplates && this.templates.add(template));
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
