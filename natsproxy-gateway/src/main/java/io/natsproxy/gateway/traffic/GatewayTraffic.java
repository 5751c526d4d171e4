package io.natsproxy.gateway.traffic;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The requests of a gateway while somebody looks: counts and latencies by route, and a
 * sample of the requests that have ended. Bounded in routes and requests. Safe for use by
 * many threads.
 */
final class GatewayTraffic {

	/**
	 * Most routes that are counted apart.
	 */
	static final int MAX_ROUTES = 256;

	/**
	 * Most requests that wait to be taken, those with errors and those without.
	 */
	static final int MAX_WAITING = 25;

	private static final int FIRST_ERROR = 500;

	private final LongSupplier clock;

	private final Map<RouteKey, Counts> routes = new HashMap<>();

	private final Deque<EndedRequest> waiting = new ArrayDeque<>();

	private int waitingErrors;

	private long number;

	private long skipped;

	/**
	 * Creates the object.
	 * @param clock tells the time in nanoseconds
	 */
	GatewayTraffic(LongSupplier clock) {
		this.clock = clock;
	}

	private long second() {
		// Negative times have no place.
		return (this.clock.getAsLong() >>> 1) / 500_000_000;
	}

	/**
	 * Takes a request that has ended.
	 */
	void add(RequestEnd end) {
		boolean error = end.status() >= FIRST_ERROR || end.outcome().equals(RequestEnd.ABORTED);
		RouteKey route;
		Counts counts;
		synchronized (this) {
			route = (this.routes.size() < MAX_ROUTES || this.routes.containsKey(end.route())) ? end.route()
					: RouteKey.REST;
			counts = this.routes.computeIfAbsent(route, (key) -> new Counts());
			show(end, error);
		}
		if (end.status() > 0) {
			counts.add(end, error, second());
		}
	}

	private void show(RequestEnd end, boolean error) {
		int others = this.waiting.size() - this.waitingErrors;
		if ((error ? this.waitingErrors : others) >= MAX_WAITING) {
			this.skipped++;
			return;
		}
		this.waitingErrors += error ? 1 : 0;
		this.waiting.add(new EndedRequest(++this.number, System.currentTimeMillis(), end.method(), end.path(),
				end.route(), end.status(), end.outcome(), end.headNanos() / 1000, end.nanos() / 1000, end.trace()));
	}

	/**
	 * Takes the requests that wait.
	 */
	synchronized List<EndedRequest> take() {
		List<EndedRequest> taken = List.copyOf(this.waiting);
		this.waiting.clear();
		this.waitingErrors = 0;
		return taken;
	}

	/**
	 * Returns how many requests have not been shown, since there were too many at once.
	 */
	synchronized long skipped() {
		return this.skipped;
	}

	/**
	 * Returns sums of the routes, in no order.
	 * @param <K> the type of the keys
	 * @param keys tells under which key a route counts
	 */
	<K> List<TrafficSum<K>> sums(Function<RouteKey, K> keys) {
		Map<RouteKey, Counts> all;
		synchronized (this) {
			all = new HashMap<>(this.routes);
		}
		long second = second();
		Map<K, Summing> sums = new HashMap<>();
		all.forEach((route, counts) -> counts.addTo(sums.computeIfAbsent(keys.apply(route), (key) -> new Summing()),
				second));
		List<TrafficSum<K>> result = new ArrayList<>(sums.size());
		sums.forEach((key, sum) -> result.add(sum.of(key)));
		return result;
	}

	/**
	 * The counts of a route.
	 */
	private static final class Counts {

		private final LatencyWindow latencies = new LatencyWindow();

		private long requests;

		private long errors;

		private int lastError;

		private long lastErrorAt;

		synchronized void add(RequestEnd end, boolean error, long second) {
			this.requests++;
			this.latencies.record(end.headNanos(), second);
			if (error) {
				this.errors++;
				this.lastError = end.status();
				this.lastErrorAt = System.currentTimeMillis();
			}
		}

		synchronized void addTo(Summing sum, long second) {
			sum.requests += this.requests;
			sum.errors += this.errors;
			sum.rate += this.latencies.rate(second);
			this.latencies.addTo(sum.latencies, second);
			sum.lastError = (this.lastErrorAt > sum.lastErrorAt) ? this.lastError : sum.lastError;
			sum.lastErrorAt = Math.max(this.lastErrorAt, sum.lastErrorAt);
		}

	}

	/**
	 * A sum of several counts.
	 */
	private static final class Summing {

		private final long[] latencies = LatencyWindow.newSums();

		private long requests;

		private long errors;

		private double rate;

		private int lastError;

		private long lastErrorAt;

		<K> TrafficSum<K> of(K key) {
			return new TrafficSum<>(key, this.requests, this.errors, this.rate,
					LatencyWindow.percentile(this.latencies, 0.5), LatencyWindow.percentile(this.latencies, 0.99),
					(this.lastErrorAt > 0) ? this.lastError : null);
		}

	}

}
