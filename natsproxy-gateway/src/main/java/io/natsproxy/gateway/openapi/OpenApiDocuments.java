package io.natsproxy.gateway.openapi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.natsproxy.core.discovery.DiscoveredService;
import io.natsproxy.core.discovery.DocumentFetcher;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.core.log.SafeText;
import io.natsproxy.gateway.route.RouteTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.context.SmartLifecycle;

/**
 * The documents of all services that the gateway knows, as they come and go: fetches
 * those that are told, keeps the last good one of each service, and merges them. What
 * services tell is bounded, and what is broken is left out with one warning. All work is
 * done on a daemon thread of its own; what has been made may be read by any.
 */
public final class OpenApiDocuments implements SmartLifecycle {

	/**
	 * Most services that are described by themselves.
	 */
	private static final int MAX_SERVICES = 500;

	private static final int MAX_FETCHED = 4;

	private static final Duration AGAIN = Duration.ofSeconds(30);

	private static final Duration SETTLED = Duration.ofMillis(100);

	private static final int MAX_WARNED = 500;

	/**
	 * The share of a processor that merging may take, as a divisor.
	 */
	private static final int MERGE_SHARE = 10;

	private static final Logger logger = LoggerFactory.getLogger(OpenApiDocuments.class);

	private final RateLimitedLog floods = new RateLimitedLog(logger, Duration.ofMinutes(10));

	private final NatsExchanges exchanges;

	private final RouteTable routes;

	private final OpenApiOptions options;

	private volatile OpenApiView view;

	private volatile @Nullable Scheduler scheduler;

	private @Nullable DocumentFetcher fetcher;

	private @Nullable Disposable listening;

	/**
	 * The last good document of each service, by its name. Used by the thread of this
	 * object only, like all that follows.
	 */
	private final Map<String, Told> good = new HashMap<>();

	private final Set<String> fetching = new HashSet<>();

	/**
	 * The times at which what has failed is asked for again, by names and hashes.
	 */
	private final Map<String, Long> failed = new HashMap<>();

	/**
	 * What has been warned of, from the start to the end.
	 */
	private final Set<String> warned = new HashSet<>();

	/**
	 * The time that the last merge has taken, in nanoseconds.
	 */
	private long mergeTime;

	private Map<String, List<DiscoveredService>> services = Map.of();

	private boolean merging;

	/**
	 * Creates the documents; there are none yet.
	 * @param exchanges has the connection; not closed by this object
	 * @param routes tells which services there are
	 * @param options settings
	 */
	public OpenApiDocuments(NatsExchanges exchanges, RouteTable routes, OpenApiOptions options) {
		this.exchanges = exchanges;
		this.routes = routes;
		this.options = options;
		this.view = OpenApiView.of(options.title(), List.of());
	}

	/**
	 * Returns the documents as they are now.
	 */
	OpenApiView view() {
		return this.view;
	}

	@Override
	public void start() {
		Scheduler scheduler = Schedulers.newSingle("natsproxy-openapi", true);
		this.scheduler = scheduler;
		this.fetcher = new DocumentFetcher(this.exchanges, scheduler);
		this.listening = this.routes.onChange((found) -> run(() -> changed(found), Duration.ZERO));
		run(() -> changed(this.routes.services()), Duration.ZERO);
	}

	private void run(Runnable task, Duration delay) {
		Scheduler scheduler = this.scheduler;
		if (scheduler == null) {
			return;
		}
		try {
			scheduler.schedule(() -> {
				try {
					task.run();
				}
				catch (Throwable ex) {
					Uncaught.report(logger, "The documents of services could not be read", ex);
				}
			}, delay.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Documents are read no more", ex);
		}
	}

	private void changed(Collection<DiscoveredService> services) {
		Map<String, List<DiscoveredService>> byName = new TreeMap<>();
		services.forEach((each) -> byName.computeIfAbsent(each.name(), (name) -> new ArrayList<>()).add(each));
		this.services = byName;
		this.good.keySet().retainAll(byName.keySet());
		this.failed.keySet().removeIf((key) -> !byName.containsKey(key.substring(0, key.indexOf(' '))));
		fetch();
		merge();
	}

	/**
	 * Fetches documents that are not known, a few at once.
	 */
	private void fetch() {
		for (Map.Entry<String, List<DiscoveredService>> service : this.services.entrySet()) {
			List<DiscoveredService> instances = wanted(service.getValue());
			String hash = instances.isEmpty() ? null : instances.get(0).documentHash();
			if (hash == null) {
				this.good.remove(service.getKey());
				continue;
			}
			Told known = this.good.get(service.getKey());
			String key = service.getKey() + " " + hash;
			Long due = this.failed.get(key);
			boolean isDue = due == null || System.nanoTime() - due >= 0;
			if ((known == null || !known.hash().equals(hash)) && isDue && this.fetching.size() < MAX_FETCHED
					&& this.fetching.add(key)) {
				fetch(key, service.getKey(), hash, instances);
			}
		}
	}

	/**
	 * Returns the instances with the document that most instances have. While a new
	 * version comes, that is the old one at first.
	 */
	private static List<DiscoveredService> wanted(List<DiscoveredService> instances) {
		Map<String, List<DiscoveredService>> byHash = new TreeMap<>();
		for (DiscoveredService instance : instances) {
			String hash = instance.documentHash();
			if (hash != null) {
				byHash.computeIfAbsent(hash, (each) -> new ArrayList<>()).add(instance);
			}
		}
		List<DiscoveredService> wanted = List.of();
		for (List<DiscoveredService> each : byHash.values()) {
			wanted = (each.size() > wanted.size()) ? each : wanted;
		}
		return wanted;
	}

	private void fetch(String key, String service, String hash, List<DiscoveredService> instances) {
		DocumentFetcher fetcher = this.fetcher;
		Scheduler scheduler = this.scheduler;
		if (fetcher == null || scheduler == null) {
			return;
		}
		int room = Math.min(this.options.maxLength(), this.options.maxTotal() - total(service));
		Mono<byte[]> document = Mono
			.error(new IllegalStateException("The documents of all services are too long together"));
		if (room > 0) {
			// From any of them; a few are enough.
			document = fetcher.fetch(instances.get(0), room);
			for (DiscoveredService other : instances.subList(1, Math.min(instances.size(), 3))) {
				document = document.onErrorResume(IllegalStateException.class, (ex) -> fetcher.fetch(other, room));
			}
		}
		document.publishOn(scheduler)
			.doOnNext(DocumentParser::parse)
			.doFinally((signal) -> this.fetching.remove(key))
			.subscribe((content) -> run(() -> fetched(service, hash, content), Duration.ZERO),
					(ex) -> run(() -> failed(key, service, ex), Duration.ZERO));
	}

	private int total(String except) {
		int total = 0;
		for (Map.Entry<String, Told> each : this.good.entrySet()) {
			total += each.getKey().equals(except) ? 0 : each.getValue().content().length;
		}
		return total;
	}

	private void fetched(String service, String hash, byte[] content) {
		if (this.services.containsKey(service) && content.length <= this.options.maxTotal() - total(service)) {
			this.good.put(service, new Told(hash, content));
		}
		fetch();
		merge();
	}

	private void failed(String key, String service, Throwable failure) {
		this.failed.put(key, System.nanoTime() + AGAIN.toNanos());
		warn(key, service, String.valueOf(failure.getMessage()));
		run(this::fetch, AGAIN.plus(SETTLED));
		fetch();
	}

	/**
	 * Warns once of each fault of a service.
	 */
	private void warn(String key, String service, String fault) {
		if (this.warned.size() >= MAX_WARNED) {
			this.floods.warn("There are more faulty OpenAPI documents than are told, one of service '{}'", service);
		}
		else if (this.warned.add(key)) {
			logger.warn("The OpenAPI document of service '{}' is not shown as it is told: {}", SafeText.of(service),
					SafeText.of(fault));
		}
	}

	/**
	 * Merges soon, so that several changes are merged at once.
	 */
	private void merge() {
		if (!this.merging) {
			this.merging = true;
			run(() -> {
				this.merging = false;
				long began = System.nanoTime();
				mergeNow();
				this.mergeTime = System.nanoTime() - began;
			}, SETTLED.plusNanos(this.mergeTime * MERGE_SHARE));
		}
	}

	private void mergeNow() {
		List<ServiceOperations> operations = new ArrayList<>();
		for (Map.Entry<String, List<DiscoveredService>> service : this.services.entrySet()) {
			ToldEndpoints endpoints = new ToldEndpoints(service.getValue(), this.exchanges.routeSubjects());
			if (endpoints.routes().isEmpty() || operations.size() >= MAX_SERVICES) {
				continue;
			}
			Told told = this.good.get(service.getKey());
			ObjectNode document = (told != null) ? DocumentParser.parse(told.content()) : null;
			operations.add(new ServiceOperations(
					new ServiceContent(service.getKey(), service.getValue().get(0).version(), endpoints, document)));
		}
		this.view = OpenApiView.of(this.options.title(), operations);
		for (ServiceOperations each : operations) {
			if (each.left() > 0 || each.broken() > 0) {
				String name = each.service().name();
				warn(name + " parts", name, each.left() + " operations are no routes of it, and " + each.broken()
						+ " are broken or refer to what is");
			}
		}
	}

	@Override
	public void stop() {
		Disposable listening = this.listening;
		Scheduler scheduler = this.scheduler;
		DocumentFetcher fetcher = this.fetcher;
		this.scheduler = null;
		if (listening != null) {
			listening.dispose();
		}
		if (fetcher != null) {
			fetcher.close();
		}
		if (scheduler != null) {
			scheduler.dispose();
		}
	}

	@Override
	public boolean isRunning() {
		return this.scheduler != null;
	}

	@Override
	public int getPhase() {
		return RouteTable.PHASE + 1;
	}

	/**
	 * A document as it has been told.
	 *
	 * @param hash its hash
	 * @param content the document, which has been read once
	 */
	private record Told(String hash, byte[] content) {

	}

}
