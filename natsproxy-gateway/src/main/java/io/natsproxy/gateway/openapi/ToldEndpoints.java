package io.natsproxy.gateway.openapi;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.natsproxy.core.discovery.DiscoveredEndpoint;
import io.natsproxy.core.discovery.DiscoveredService;
import io.natsproxy.core.log.SafeText;
import io.natsproxy.core.subject.PathTemplate;
import io.natsproxy.core.subject.RouteSubjects;
import org.jspecify.annotations.Nullable;

/**
 * The routes that the instances of a service tell, which bound what its document may say:
 * nobody is told of an operation that the service does not listen for. Immutable.
 */
final class ToldEndpoints {

	/**
	 * Most routes of a service that are described.
	 */
	static final int MAX_ROUTES = 2000;

	private static final int MAX_PATH = 1024;

	/**
	 * Methods that a document can describe.
	 */
	static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");

	private final RouteSubjects routeSubjects;

	private final Map<String, Route> routes = new LinkedHashMap<>();

	private final Set<String> subjects = new HashSet<>();

	private final Set<String> manySubjects = new HashSet<>();

	/**
	 * Reads what instances tell.
	 */
	ToldEndpoints(Collection<DiscoveredService> instances, RouteSubjects routeSubjects) {
		this.routeSubjects = routeSubjects;
		for (DiscoveredService instance : instances) {
			for (DiscoveredEndpoint endpoint : instance.endpoints()) {
				Route route = read(endpoint);
				if (route != null && this.routes.size() < MAX_ROUTES) {
					this.routes.putIfAbsent(key(route.method(), route.template()), route);
					Set<String> covering = covering(route.method(), route.pattern());
					this.subjects.addAll(covering);
					covering.stream().filter(ToldEndpoints::hasWildcard).forEach(this.manySubjects::add);
				}
			}
		}
	}

	private @Nullable Route read(DiscoveredEndpoint endpoint) {
		String method = endpoint.method();
		String path = endpoint.path();
		if (method == null || path == null) {
			// Of others, who tell the subject alone.
			method = this.routeSubjects.method(endpoint.subject());
			path = this.routeSubjects.pattern(endpoint.subject());
		}
		if (method == null || path == null || !METHODS.contains(method) || !isPath(path)
				|| endpoint.metadata().containsKey("upgrade") || !covering(method, path).contains(endpoint.subject())) {
			return null;
		}
		return new Route(method, path, PathTemplate.of(path), endpoint.metadata());
	}

	private static boolean isPath(String path) {
		return path.startsWith("/") && path.length() <= MAX_PATH && SafeText.of(path).equals(path);
	}

	private Set<String> covering(String method, String pattern) {
		return this.routeSubjects.covering(List.of(method), pattern);
	}

	private static boolean hasWildcard(String subject) {
		return subject.endsWith(">") || subject.contains(".*");
	}

	private static String key(String method, PathTemplate template) {
		return method + " " + template.shape();
	}

	/**
	 * Returns the routes, in the order in which they are told.
	 */
	Collection<Route> routes() {
		return this.routes.values();
	}

	/**
	 * Returns the route of an operation, or {@code null} if it is within one that stands
	 * for several paths, or none.
	 */
	@Nullable Route find(String method, PathTemplate template) {
		return this.routes.get(key(method, template));
	}

	/**
	 * Tells whether the service listens for an operation.
	 * @param path the path as its document has it
	 */
	boolean include(String method, String path) {
		if (!METHODS.contains(method) || !isPath(path)) {
			return false;
		}
		return find(method, PathTemplate.of(path)) != null || covering(method, path).stream().allMatch(this::isCovered);
	}

	private boolean isCovered(String subject) {
		return this.subjects.contains(subject) || this.manySubjects.stream().anyMatch((wide) -> covers(wide, subject));
	}

	/**
	 * Tells whether a subject matches all that another matches.
	 */
	private static boolean covers(String wide, String narrow) {
		String[] wideTokens = wide.split("\\.", -1);
		String[] narrowTokens = narrow.split("\\.", -1);
		for (int i = 0; i < wideTokens.length; i++) {
			if (i >= narrowTokens.length) {
				return false;
			}
			if (wideTokens[i].equals(">")) {
				return true;
			}
			if (narrowTokens[i].equals(">") || !(wideTokens[i].equals("*") || wideTokens[i].equals(narrowTokens[i]))) {
				return false;
			}
		}
		return wideTokens.length == narrowTokens.length;
	}

	/**
	 * A route as it is told.
	 *
	 * @param method the HTTP method
	 * @param pattern the path pattern
	 * @param template the path as a document has it
	 * @param metadata what else is told of it
	 */
	record Route(String method, String pattern, PathTemplate template, Map<String, String> metadata) {

	}

}
