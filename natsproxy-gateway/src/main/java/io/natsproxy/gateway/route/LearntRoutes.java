package io.natsproxy.gateway.route;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import io.natsproxy.core.discovery.DiscoveredEndpoint;
import io.natsproxy.core.log.SafeText;
import io.natsproxy.core.subject.RouteSubjects;
import io.natsproxy.core.subject.SubjectTree;
import org.jspecify.annotations.Nullable;

/**
 * Routes by their subjects. Not to be changed any more; safe for use by many threads.
 */
final class LearntRoutes {

	static final LearntRoutes NONE = new LearntRoutes(new SubjectTree<>(), Set.of(), true);

	/**
	 * Those of RFC 9110 and RFC 5789, however many others there are.
	 */
	private static final Set<String> KNOWN_METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
			"TRACE");

	private static final int MAX_OTHER_METHODS = 16;

	private static final int MAX_PATH = 512;

	/**
	 * Most tokens of all subjects together, each of which takes some hundred bytes, and
	 * may be looked at for one request.
	 */
	static final int MAX_TOKENS = 200_000;

	private static final Pattern METHOD = Pattern.compile("[A-Z][A-Z-]{0,31}");

	private final SubjectTree<KnownRoute> bySubject;

	private final Set<String> methods;

	private final boolean complete;

	private LearntRoutes(SubjectTree<KnownRoute> bySubject, Set<String> methods, boolean complete) {
		this.bySubject = bySubject;
		this.methods = methods;
		this.complete = complete;
	}

	/**
	 * Returns whether no route has been left out since there were too many, or too long.
	 */
	boolean isComplete() {
		return this.complete;
	}

	/**
	 * Finds the route of the narrowest subject.
	 * @param subject the subject of a request
	 */
	@Nullable KnownRoute find(String subject) {
		return this.bySubject.find(subject);
	}

	/**
	 * Returns the methods of all routes, of which GET stands for HEAD too.
	 */
	Collection<String> methods() {
		return this.methods;
	}

	/**
	 * Learns routes.
	 */
	static final class Builder {

		private final RouteSubjects routeSubjects;

		private final RouteTags tags;

		private final Map<String, KnownRoute> learnt = new HashMap<>();

		private final Set<String> methods = new TreeSet<>();

		private int otherMethods;

		private int tokens;

		private boolean complete = true;

		/**
		 * The endpoints of all instances of a service are the same, most of the time.
		 */
		private final Map<String, Set<DiscoveredEndpoint>> seen = new HashMap<>();

		Builder(RouteSubjects routeSubjects, RouteTags tags) {
			this.routeSubjects = routeSubjects;
			this.tags = tags;
		}

		void add(String service, Collection<DiscoveredEndpoint> endpoints) {
			Set<DiscoveredEndpoint> seen = this.seen.computeIfAbsent(service, (name) -> new HashSet<>());
			for (DiscoveredEndpoint endpoint : endpoints) {
				if (seen.add(endpoint)) {
					add(service, endpoint);
				}
			}
		}

		private void add(String service, DiscoveredEndpoint endpoint) {
			String method = endpoint.method();
			String path = endpoint.path();
			if (method == null || path == null || !path.startsWith("/") || !METHOD.matcher(method).matches()) {
				return;
			}
			if (path.length() > MAX_PATH || !admit(method)) {
				this.complete = false;
				return;
			}
			Set<String> subjects = this.routeSubjects.covering(List.of(method), path);
			// One that tells something else than it listens to has another prefix, or
			// lies.
			if (!subjects.contains(endpoint.subject())) {
				return;
			}
			for (String subject : subjects) {
				this.tokens += 1 + (int) subject.chars().filter((c) -> c == '.').count();
			}
			if (this.tokens > MAX_TOKENS) {
				this.complete = false;
				return;
			}
			this.methods.add(method.equals("HEAD") ? "GET" : method);
			KnownRoute route = new KnownRoute(safe(path), safe(service), endpoint.timeout(), this.tags.uri(path),
					this.tags.service(service));
			subjects.forEach((subject) -> this.learnt.merge(subject, route, KnownRoute::and));
		}

		private boolean admit(String method) {
			return KNOWN_METHODS.contains(method) || this.methods.contains(method)
					|| this.otherMethods++ < MAX_OTHER_METHODS;
		}

		private static @Nullable String safe(String text) {
			return SafeText.of(text).equals(text) ? text : null;
		}

		LearntRoutes build() {
			SubjectTree<KnownRoute> bySubject = new SubjectTree<>();
			this.learnt.forEach(bySubject::put);
			return new LearntRoutes(bySubject, Set.copyOf(this.methods), this.complete);
		}

	}

}
