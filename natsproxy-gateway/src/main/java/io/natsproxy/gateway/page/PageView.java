package io.natsproxy.gateway.page;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.natsproxy.core.discovery.InstanceStatistics;
import io.natsproxy.core.discovery.StatisticsPoll;
import io.natsproxy.core.log.SafeText;
import io.natsproxy.gateway.traffic.EndedRequest;
import io.natsproxy.gateway.traffic.RouteKey;
import io.natsproxy.gateway.traffic.TrafficSum;
import org.jspecify.annotations.Nullable;

/**
 * What all viewers see together, from when the first comes until the last has gone: makes
 * events of it, twice in a second.
 */
final class PageView implements AutoCloseable {

	/**
	 * Most requests that a viewer gets who comes later.
	 */
	static final int MAX_HISTORY = 100;

	/**
	 * The events in which the state is told, and in which the bus is even if it has not
	 * changed: some may have been too slow for it.
	 */
	private static final int STATE_TICKS = 2;

	private static final int BUS_TICKS = 20;

	private static final int STATISTICS_TICKS = 6;

	private static final int MAX_TEXT = 256;

	private final PageSource source;

	private final Function<Object, String> json;

	private final @Nullable StatisticsPoll statistics;

	private final Map<String, Sample> samples = new HashMap<>();

	/**
	 * Guarded by this object, like all that follows.
	 */
	private final Deque<Map<String, Object>> history = new ArrayDeque<>();

	private final Map<RouteKey, String> services = new HashMap<>();

	private final PageBus bus = new PageBus();

	private String busEvent = "";

	private long ticks;

	/**
	 * Begins to look.
	 * @param json writes maps and lists as JSON
	 */
	PageView(PageSource source, Function<Object, String> json) {
		this.source = source;
		this.json = json;
		this.statistics = source.statistics().get();
		source.traffic().begin();
	}

	/**
	 * Returns the events of half a second.
	 */
	synchronized List<String> tick() {
		List<String> events = new ArrayList<>();
		if (this.statistics != null && this.ticks % STATISTICS_TICKS == 0) {
			sample(this.statistics);
			this.statistics.ask();
		}
		if (this.ticks % STATE_TICKS == 0) {
			Map<String, Object> content = this.source.content().get();
			boolean changed = this.bus.update(content);
			if (changed || this.busEvent.isEmpty()) {
				this.busEvent = event("bus", this.bus.shown());
				this.services.clear();
				this.bus.routes().forEach(this::learn);
			}
			if (changed || this.ticks % BUS_TICKS == 0) {
				events.add(this.busEvent);
			}
			events.add(state(content));
		}
		List<Map<String, Object>> ended = this.source.traffic().takeEnded().stream().map(this::describe).toList();
		if (!ended.isEmpty()) {
			events.add(event("requests", ended));
			ended.forEach(this::remember);
		}
		this.ticks++;
		return events;
	}

	/**
	 * Returns the events for one who comes later.
	 */
	synchronized List<String> first() {
		List<String> events = new ArrayList<>();
		if (!this.busEvent.isEmpty()) {
			events.add(this.busEvent);
		}
		if (!this.history.isEmpty()) {
			events.add(event("requests", List.copyOf(this.history)));
		}
		return events;
	}

	private void remember(Map<String, Object> ended) {
		this.history.add(ended);
		if (this.history.size() > MAX_HISTORY) {
			this.history.remove();
		}
	}

	private String event(String name, Object data) {
		return "event: " + name + "\ndata: " + this.json.apply(data) + "\n\n";
	}

	private void learn(Object route) {
		if (route instanceof Map<?, ?> entries && entries.get("services") instanceof List<?> names) {
			String label = String.join(", ", names.stream().limit(3).map(String::valueOf).toList());
			String path = String.valueOf(entries.get("path"));
			String method = String.valueOf(entries.get("method"));
			this.services.put(new RouteKey(method, path), label);
			if (method.equals("GET")) {
				this.services.putIfAbsent(new RouteKey("HEAD", path), label);
			}
		}
	}

	private String state(Map<String, Object> content) {
		Map<String, Object> state = PageBus.others(content);
		state.put("skipped", this.source.traffic().skipped());
		state.put("byRoute", this.source.traffic().sums(Function.identity()).stream().map((sum) -> {
			Map<String, Object> described = describe(sum);
			described.put("method", sum.key().method());
			described.put("path", sum.key().path());
			return described;
		}).toList());
		state.put("byService", this.source.traffic().sums(this::service).stream().map((sum) -> {
			Map<String, Object> described = describe(sum);
			described.put("name", sum.key());
			return described;
		}).toList());
		state.put("instances", this.samples.values().stream().map(Sample::describe).toList());
		return event("state", state);
	}

	private String service(RouteKey route) {
		return this.services.getOrDefault(route, "");
	}

	private static Map<String, Object> describe(TrafficSum<?> sum) {
		Map<String, Object> described = new LinkedHashMap<>();
		described.put("requests", sum.requests());
		described.put("errors", sum.errors());
		described.put("rate", sum.rate());
		described.put("p50", sum.p50());
		described.put("p99", sum.p99());
		if (sum.lastError() != null) {
			described.put("lastError", sum.lastError());
		}
		return described;
	}

	private Map<String, Object> describe(EndedRequest ended) {
		Map<String, Object> described = new LinkedHashMap<>();
		described.put("number", ended.number());
		described.put("at", ended.at());
		described.put("method", ended.method());
		described.put("path", ended.path());
		described.put("route", ended.route().path());
		described.put("service", service(ended.route()));
		described.put("status", ended.status());
		described.put("outcome", ended.outcome());
		described.put("micros", ended.micros());
		described.put("totalMicros", ended.totalMicros());
		if (ended.trace() != null) {
			described.put("trace", ended.trace());
		}
		return described;
	}

	/**
	 * Takes what services have answered since they were asked last.
	 */
	private void sample(StatisticsPoll statistics) {
		long now = System.nanoTime();
		Map<String, Sample> before = new HashMap<>(this.samples);
		this.samples.clear();
		for (InstanceStatistics each : statistics.latest()) {
			String key = each.name() + "." + each.id();
			this.samples.put(key, Sample.of(each, now, before.get(key)));
		}
	}

	@Override
	public void close() {
		this.source.traffic().end();
		if (this.statistics != null) {
			this.statistics.close();
		}
	}

	/**
	 * Statistics of an instance, with what has changed since those before.
	 *
	 * @param statistics the statistics
	 * @param at when they were taken, by {@link System#nanoTime()}
	 * @param rate requests per second
	 */
	private record Sample(InstanceStatistics statistics, long at, double rate) {

		static Sample of(InstanceStatistics statistics, long at, @Nullable Sample before) {
			long requests = (before != null) ? Math.max(0, statistics.requests() - before.statistics.requests()) : 0;
			return new Sample(statistics, at, (before != null) ? requests * 1e9 / (at - before.at) : 0);
		}

		Map<String, Object> describe() {
			Map<String, Object> described = new LinkedHashMap<>();
			described.put("name", SafeText.of(this.statistics.name(), MAX_TEXT));
			described.put("id", SafeText.of(this.statistics.id(), MAX_TEXT));
			described.put("started", SafeText.of(this.statistics.started(), MAX_TEXT));
			described.put("requests", this.statistics.requests());
			described.put("errors", this.statistics.errors());
			described.put("rate", this.rate);
			described.put("micros", (this.statistics.requests() > 0)
					? this.statistics.nanos() / 1000 / this.statistics.requests() : -1);
			described.put("lastError", SafeText.of(this.statistics.lastError(), MAX_TEXT));
			return described;
		}

	}

}
