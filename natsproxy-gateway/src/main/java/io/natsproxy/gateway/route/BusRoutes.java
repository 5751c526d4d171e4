package io.natsproxy.gateway.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.natsproxy.core.discovery.DiscoveredEndpoint;
import io.natsproxy.core.discovery.DiscoveredService;
import io.natsproxy.core.log.SafeText;

/**
 * The routes of the bus, as services have told them at one time, in the order of their
 * paths. Texts of others are made fit to be shown. Immutable.
 */
public final class BusRoutes {

	private static final int MAX_TEXT = 256;

	private final List<DiscoveredService> services;

	private final List<BusRoute> routes;

	private final int omitted;

	private BusRoutes(List<DiscoveredService> services, List<BusRoute> routes, int omitted) {
		this.services = services;
		this.routes = routes;
		this.omitted = omitted;
	}

	/**
	 * Reads the routes of services.
	 * @param services the instances
	 * @param max the most routes that are kept
	 * @return the routes
	 */
	public static BusRoutes of(List<DiscoveredService> services, int max) {
		Map<String, Collected> collected = new TreeMap<>();
		int omitted = 0;
		for (DiscoveredService service : services) {
			for (DiscoveredEndpoint endpoint : service.endpoints()) {
				String method = endpoint.method();
				String path = endpoint.path();
				if (method == null || path == null) {
					continue;
				}
				String key = text(path) + " " + text(method);
				Collected route = collected.get(key);
				if (route == null) {
					if (collected.size() >= max) {
						omitted++;
						continue;
					}
					route = new Collected(text(method), text(path), endpoint);
					collected.put(key, route);
				}
				route.services.add(text(service.name()));
				route.instances.add(service.name() + "." + service.id());
			}
		}
		return new BusRoutes(services, collected.values().stream().map(Collected::toRoute).toList(), omitted);
	}

	/**
	 * Returns these routes if they are those of the same list, or reads them.
	 * @param services the instances
	 * @param max the most routes that are kept
	 * @return the routes of these instances
	 */
	public BusRoutes renewed(List<DiscoveredService> services, int max) {
		return (services == this.services) ? this : of(services, max);
	}

	/**
	 * Returns the routes.
	 * @return the routes, in the order of their paths
	 */
	public List<BusRoute> routes() {
		return this.routes;
	}

	/**
	 * Returns how many endpoints are left out, since there are too many routes.
	 * @return the number
	 */
	public int omitted() {
		return this.omitted;
	}

	private static String text(String text) {
		return SafeText.of(text, MAX_TEXT);
	}

	/**
	 * A route that is being read.
	 */
	private static final class Collected {

		private final String method;

		private final String path;

		private final DiscoveredEndpoint endpoint;

		private final Set<String> services = new TreeSet<>();

		private final Set<String> instances = new TreeSet<>();

		Collected(String method, String path, DiscoveredEndpoint endpoint) {
			this.method = method;
			this.path = path;
			this.endpoint = endpoint;
		}

		BusRoute toRoute() {
			Map<String, String> metadata = new TreeMap<>();
			this.endpoint.metadata().forEach((name, value) -> {
				if (!name.equals("method") && !name.equals("path")) {
					metadata.put(text(name), text(value));
				}
			});
			return new BusRoute(this.method, this.path, text(this.endpoint.subject()), new ArrayList<>(this.services),
					this.instances.size(), metadata);
		}

	}

}
