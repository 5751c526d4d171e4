package io.natsproxy.gateway.route;

import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import io.natsproxy.core.discovery.DiscoveredEndpoint;
import io.natsproxy.core.discovery.DiscoveredService;

/**
 * Services of which there was an instance and is none any more, each for an hour. Guarded
 * by whoever has it.
 */
final class GoneServices {

	private static final long FORGOTTEN_AFTER = 3_600_000_000_000L;

	private static final int MAX_ENDPOINTS = 10_000;

	private static final int MAX_SERVICES = 1000;

	private final Map<String, Gone> gone = new LinkedHashMap<>();

	/**
	 * The endpoints of all instances by the names of services.
	 */
	private Map<String, Set<DiscoveredEndpoint>> running = Map.of();

	private int endpoints;

	/**
	 * Takes what services there are now.
	 * @param now the time, as {@link System#nanoTime()} has it
	 */
	void update(Collection<DiscoveredService> services, long now) {
		Map<String, Set<DiscoveredEndpoint>> running = new HashMap<>();
		services.forEach((service) -> running.computeIfAbsent(service.name(), (name) -> new LinkedHashSet<>())
			.addAll(service.endpoints()));
		running.keySet().forEach(this::remove);
		this.running.forEach((name, endpoints) -> {
			if (!running.containsKey(name) && !endpoints.isEmpty()) {
				this.gone.put(name, new Gone(endpoints, now));
				this.endpoints += endpoints.size();
			}
		});
		this.running = running;
		forget(now);
	}

	/**
	 * Forgets those that have been gone for long, and the oldest where there are too
	 * many.
	 */
	private void forget(long now) {
		Iterator<Gone> oldest = this.gone.values().iterator();
		while (oldest.hasNext()) {
			Gone each = oldest.next();
			if (now - each.since() < FORGOTTEN_AFTER && this.endpoints <= MAX_ENDPOINTS
					&& this.gone.size() <= MAX_SERVICES) {
				return;
			}
			this.endpoints -= each.endpoints().size();
			oldest.remove();
		}
	}

	private void remove(String name) {
		Gone gone = this.gone.remove(name);
		if (gone != null) {
			this.endpoints -= gone.endpoints().size();
		}
	}

	/**
	 * Adds the routes of all that are remembered.
	 */
	void addTo(LearntRoutes.Builder routes) {
		this.gone.forEach((name, each) -> routes.add(name, each.endpoints()));
	}

	/**
	 * Returns how many services are remembered; for tests.
	 */
	int size() {
		return this.gone.size();
	}

	private record Gone(Set<DiscoveredEndpoint> endpoints, long since) {

	}

}
