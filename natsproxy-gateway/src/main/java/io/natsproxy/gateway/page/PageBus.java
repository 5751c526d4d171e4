package io.natsproxy.gateway.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the page shows of the bus, which changes seldom, and may be large: without
 * metadata, and of bounded length.
 */
final class PageBus {

	/**
	 * The most characters of services, and of routes.
	 */
	static final int MAX_LENGTH = 256 * 1024;

	private static final String SERVICES = "services";

	private static final String ROUTES = "routes";

	private static final String OMITTED = "omittedEndpoints";

	private static final Set<String> NAMES = Set.of(SERVICES, ROUTES, "serviceCount", OMITTED);

	private Map<String, Object> told = Map.of();

	/**
	 * Takes what is known now.
	 * @param content what the management endpoint tells
	 * @return whether that has changed
	 */
	boolean update(Map<String, Object> content) {
		Map<String, Object> now = new LinkedHashMap<>(content);
		now.keySet().retainAll(NAMES);
		boolean changed = !now.equals(this.told);
		this.told = now;
		return changed;
	}

	/**
	 * Returns all routes that are known.
	 */
	List<?> routes() {
		return list(ROUTES);
	}

	private List<?> list(String name) {
		return (this.told.get(name) instanceof List<?> list) ? list : List.of();
	}

	/**
	 * Returns what is shown.
	 */
	Map<String, Object> shown() {
		Map<String, Object> shown = new LinkedHashMap<>(this.told);
		shown.computeIfPresent(SERVICES, (name, all) -> bounded(list(name)));
		shown.computeIfPresent(ROUTES, (name, all) -> bounded(list(name)));
		if (shown.get(ROUTES) instanceof List<?> routes && routes.size() < routes().size()) {
			long omitted = (shown.get(OMITTED) instanceof Number number) ? number.longValue() : 0;
			shown.put(OMITTED, omitted + routes().size() - routes.size());
		}
		return shown;
	}

	private static List<Object> bounded(List<?> all) {
		List<Object> bounded = new ArrayList<>();
		int length = 0;
		for (Object each : all) {
			if (each instanceof Map<?, ?> entries) {
				Map<Object, Object> shown = new LinkedHashMap<>(entries);
				shown.remove("metadata");
				length += shown.toString().length();
				if (length > MAX_LENGTH) {
					break;
				}
				bounded.add(shown);
			}
		}
		return bounded;
	}

	/**
	 * Returns what is told beside the bus.
	 * @param content what the management endpoint tells
	 */
	static Map<String, Object> others(Map<String, Object> content) {
		Map<String, Object> others = new LinkedHashMap<>(content);
		others.keySet().removeAll(NAMES);
		return others;
	}

}
