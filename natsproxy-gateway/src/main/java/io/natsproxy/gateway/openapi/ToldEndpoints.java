package io.natsproxy.gateway.openapi;

import java.util.ArrayList;
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
	 * Most variables and wildcards of a path, each of which becomes a parameter.
	 */
	static final int MAX_VARIABLES = 16;

	/**
	 * Methods that a document can describe.
	 */
	static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");

	private final RouteSubjects routeSubjects;

	private final Map<String, Route> routes = new LinkedHashMap<>();

	private final Set<String> subjects = new HashSet<>();

	/**
	 * The tokens of the subjects that have wildcards.
	 */
	private final List<String[]> manySubjects = new ArrayList<>();

	/**
	 * Reads what instances tell.
	 */
	ToldEndpoints(Collection<DiscoveredService> instances, RouteSubjects routeSubjects) {
		this.routeSubjects = routeSubjects;
		Set<DiscoveredEndpoint> read = new HashSet<>();
		Set<String> manySubjects = new HashSet<>();
		for (DiscoveredService instance : instances) {
			for (DiscoveredEndpoint endpoint : instance.endpoints()) {
				Route route = (this.routes.size() < MAX_ROUTES && read.add(endpoint)) ? read(endpoint) : null;
				if (route != null) {
					this.routes.putIfAbsent(key(route.method(), route.template()), route);
					Set<String> covering = covering(route.method(), route.pattern());
					this.subjects.addAll(covering);
					covering.stream().filter(ToldEndpoints::hasWildcard).forEach(manySubjects::add);
				}
			}
		}
		manySubjects.forEach((subject) -> this.manySubjects.add(subject.split("\\.", -1)));
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
		return path.startsWith("/") && path.length() <= MAX_PATH
				&& path.chars().filter((c) -> c == '{' || c == '*' || c == '?').count() <= MAX_VARIABLES * 2
				&& PathTemplate.of(path).variables().size() <= MAX_VARIABLES && SafeText.of(path).equals(path);
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
	 * @param steps what comparing it may take
	 */
	boolean include(String method, String path, CopyBudget steps) {
		if (!METHODS.contains(method) || !isPath(path)) {
			return false;
		}
		if (find(method, PathTemplate.of(path)) != null) {
			return true;
		}
		steps.spend(this.manySubjects.size());
		return covering(method, path).stream().allMatch(this::isCovered);
	}

	private boolean isCovered(String subject) {
		if (this.subjects.contains(subject)) {
			return true;
		}
		String[] tokens = subject.split("\\.", -1);
		return this.manySubjects.stream().anyMatch((wide) -> covers(wide, tokens));
	}

	/**
	 * Tells whether a subject matches all that another matches.
	 */
	private static boolean covers(String[] wideTokens, String[] narrowTokens) {
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
