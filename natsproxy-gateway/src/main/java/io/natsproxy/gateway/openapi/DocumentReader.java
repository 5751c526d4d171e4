package io.natsproxy.gateway.openapi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

import io.natsproxy.core.discovery.DiscoveredService;
import io.natsproxy.core.discovery.DocumentFetcher;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.liveness.Uncaught;
import io.natsproxy.core.log.RateLimitedLog;
import io.natsproxy.core.log.SafeText;
import io.natsproxy.core.subject.RouteSubjects;
import io.natsproxy.gateway.route.RouteTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Fetches the documents that services tell, keeps the last good one of each, and merges
 * them. What services tell is bounded, and what is broken is left out with one warning.
 * All work is done on a daemon thread of its own, and all state is used by that alone.
 */
final class DocumentReader implements AutoCloseable {

	private static final int MAX_FETCHED = 4;

	private static final Duration SETTLED = Duration.ofMillis(100);

	private static final int MAX_WARNED = 500;

	/**
	 * The share of a processor that merging may take, as a divisor.
	 */
	private static final int MERGE_SHARE = 10;

	/**
	 * How much the document of all may weigh for each byte of the documents that are
	 * read.
	 */
	private static final long WEIGHT = 16;

	private static final Logger logger = LoggerFactory.getLogger(DocumentReader.class);

	private final RateLimitedLog floods = new RateLimitedLog(logger, Duration.ofMinutes(10));

	private final OpenApiOptions options;

	private final RouteSubjects subjects;

	private final BiConsumer<DocumentReader, OpenApiView> target;

	private final Scheduler scheduler = Schedulers.newSingle("natsproxy-openapi", true);

	private final DocumentFetcher fetcher;

	private final Disposable.Composite disposables = Disposables.composite();

	/**
	 * The services of the last change that nobody has looked at yet; set by any thread.
	 */
	private final AtomicReference<@Nullable List<DiscoveredService>> latest = new AtomicReference<>();

	private volatile boolean changed;

	private final FetchQueue queue = new FetchQueue(MAX_FETCHED, System::nanoTime);

	/**
	 * The last good document of each service, by its name.
	 */
	private final Map<String, Told> good = new HashMap<>();

	private final Map<String, Made> made = new HashMap<>();

	private final Set<String> warned = new HashSet<>();

	private Map<String, List<DiscoveredService>> services = Map.of();

	/**
	 * What the last merge was made of, and the nanoseconds that it has taken.
	 */
	private @Nullable List<DescribedService> merged;

	private long mergeTime;

	private boolean merging;

	private boolean retrying;

	/**
	 * Creates a reader.
	 * @param exchanges has the connection; not closed by this object
	 * @param options settings
	 * @param target takes what is made, and by whom
	 */
	DocumentReader(NatsExchanges exchanges, OpenApiOptions options, BiConsumer<DocumentReader, OpenApiView> target) {
		this.options = options;
		this.subjects = exchanges.routeSubjects();
		this.target = target;
		this.fetcher = new DocumentFetcher(exchanges, this.scheduler);
	}

	/**
	 * Starts reading.
	 * @param routes tells which services there are
	 */
	void start(RouteTable routes) {
		List<DiscoveredService> first = routes.services();
		this.disposables.add(routes.onChange(this::changed));
		if (!this.changed) {
			changed(first);
		}
	}

	/**
	 * Takes the services as they are now, which may have changed many times before they
	 * are looked at.
	 */
	void changed(List<DiscoveredService> services) {
		this.changed = true;
		if (this.latest.getAndSet(services) == null) {
			run(this::look, Duration.ZERO);
		}
	}

	private void run(Runnable task, Duration delay) {
		try {
			this.scheduler.schedule(() -> {
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

	private void look() {
		List<DiscoveredService> services = this.latest.getAndSet(null);
		if (services == null) {
			return;
		}
		Map<String, List<DiscoveredService>> byName = new TreeMap<>();
		services.forEach((each) -> byName.computeIfAbsent(each.name(), (name) -> new ArrayList<>()).add(each));
		this.services = byName;
		this.made.keySet().retainAll(byName.keySet());
		fetch();
		merge();
	}

	/**
	 * Fetches documents that are not known, a few at once.
	 */
	private void fetch() {
		Map<String, Integer> lengths = new HashMap<>();
		Map<String, String> hashes = new HashMap<>();
		this.services.forEach((service, instances) -> {
			List<DiscoveredService> wanted = wanted(instances);
			String hash = wanted.isEmpty() ? null : wanted.get(0).documentHash();
			if (hash != null) {
				Told known = this.good.get(service);
				int length = wanted.get(0).documentLength();
				// What is too long fails before it is fetched, and takes no room.
				lengths.put(service, Math.max((known != null) ? known.content().length : 0,
						(length <= this.options.maxLength()) ? length : 0));
				if (known == null || !known.hash().equals(hash)) {
					hashes.put(service, hash);
				}
			}
		});
		Set<String> admitted = DocumentShares.admitted(lengths, this.options.maxTotal());
		this.good.keySet().retainAll(admitted);
		lengths.keySet().stream().filter((service) -> !admitted.contains(service)).sorted().forEach((service) -> {
			hashes.remove(service);
			warn(service, "The documents of all services are too long together");
		});
		this.queue.want(hashes);
		for (String next = this.queue.next(); next != null; next = this.queue.next()) {
			fetch(next, wanted(this.services.getOrDefault(next, List.of())));
		}
		retry();
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

	private void fetch(String service, List<DiscoveredService> instances) {
		String hash = String.valueOf(instances.get(0).documentHash());
		int room = this.options.maxLength();
		// From any of them; a few are enough.
		Mono<byte[]> document = this.fetcher.fetch(instances.get(0), room);
		for (DiscoveredService other : instances.subList(1, Math.min(instances.size(), 3))) {
			document = document.onErrorResume(IllegalStateException.class, (ex) -> this.fetcher.fetch(other, room));
		}
		Disposable.Swap fetch = Disposables.swap();
		this.disposables.add(fetch);
		fetch.update(document.publishOn(this.scheduler)
			.doOnNext(DocumentParser::parse)
			.doFinally((signal) -> this.disposables.remove(fetch))
			.subscribe((content) -> run(() -> fetched(service, hash, content), Duration.ZERO),
					(ex) -> run(() -> failed(service, hash, ex), Duration.ZERO)));
	}

	private void fetched(String service, String hash, byte[] content) {
		this.queue.end(service, hash, false);
		if (this.services.containsKey(service)) {
			long total = content.length;
			for (Map.Entry<String, Told> each : this.good.entrySet()) {
				total += each.getKey().equals(service) ? 0 : each.getValue().content().length;
			}
			// What instances tell may have changed meanwhile.
			if (total <= this.options.maxTotal()) {
				this.good.put(service, new Told(hash, content));
			}
		}
		fetch();
		merge();
	}

	private void failed(String service, String hash, Throwable failure) {
		this.queue.end(service, hash, true);
		warn(service, String.valueOf(failure.getMessage()));
		fetch();
	}

	private void retry() {
		Duration left = this.queue.untilDue();
		if (left != null && !this.retrying) {
			this.retrying = true;
			run(() -> {
				this.retrying = false;
				fetch();
			}, left.plus(SETTLED));
		}
	}

	/**
	 * Warns once of each service.
	 */
	private void warn(String service, String fault) {
		if (this.warned.contains(service)) {
			return;
		}
		if (this.warned.size() >= MAX_WARNED) {
			this.floods.warn("There are more faulty OpenAPI documents than are told, one of service '{}'",
					SafeText.of(service));
			return;
		}
		this.warned.add(service);
		logger.warn("The OpenAPI document of service '{}' is not shown as it is told: {}", SafeText.of(service),
				SafeText.of(fault));
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
		Map<DescribedService, Told> described = new LinkedHashMap<>();
		this.services.forEach((name, instances) -> {
			Told told = this.good.get(name);
			described.put(DescribedService.of(name, instances, (told != null) ? told.hash() : null),
					(told != null) ? told : Told.NONE);
		});
		List<DescribedService> now = List.copyOf(described.keySet());
		if (now.equals(this.merged)) {
			return;
		}
		OpenApiViewBuilder builder = new OpenApiViewBuilder(WEIGHT * this.options.maxTotal());
		described.forEach((service, told) -> add(service, told, builder));
		this.target.accept(this, builder.build(this.options.title()));
		this.merged = now;
		builder.leftOut()
			.forEach((service) -> warn(service, "There are more services or operations than are described"));
	}

	private void add(DescribedService service, Told told, OpenApiViewBuilder builder) {
		Made before = this.made.get(service.name());
		Made same = (before != null && before.of().equals(service)) ? before : null;
		ToldEndpoints endpoints = (same != null) ? same.endpoints() : service.read(this.subjects);
		OpenApiViewBuilder.Single single = null;
		if (!endpoints.routes().isEmpty()) {
			single = builder.add(new ServiceContent(service.name(), service.version(), endpoints, null),
					() -> (told != Told.NONE) ? DocumentParser.parse(told.content()) : null,
					(same != null) ? same.single() : null);
		}
		this.made.put(service.name(), new Made(service, endpoints, single));
		if (single != null && single.left() + single.broken() > 0) {
			warn(service.name(), single.left() + " operations are no routes of it, and " + single.broken()
					+ " are broken or refer to what is");
		}
	}

	/**
	 * Reads nothing more.
	 */
	@Override
	public void close() {
		this.disposables.dispose();
		this.fetcher.close();
		this.scheduler.dispose();
	}

	/**
	 * A document as it has been told.
	 *
	 * @param hash its hash
	 * @param content the document, which has been read once
	 */
	private record Told(String hash, byte[] content) {

		private static final Told NONE = new Told("", new byte[0]);

	}

	/**
	 * What has been made of a service.
	 *
	 * @param of what it has been made of
	 * @param endpoints its routes
	 * @param single its document, {@code null} if it has none
	 */
	private record Made(DescribedService of, ToldEndpoints endpoints, OpenApiViewBuilder.@Nullable Single single) {

	}

}
