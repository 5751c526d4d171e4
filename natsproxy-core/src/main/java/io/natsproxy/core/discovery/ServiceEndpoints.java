package io.natsproxy.core.discovery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

import io.natsproxy.core.exchange.listener.ExchangeOutcome;
import io.natsproxy.core.exchange.listener.IncomingExchange;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.subject.RouteSubjects;
import io.natsproxy.core.subject.SubjectTree;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of a service: one for each method and path of its routes, in the order of
 * their paths. Counts their requests, by the route that the exchange names, or else by
 * the narrowest subject; those of no endpoint are not counted. Safe for use by many
 * threads.
 */
public final class ServiceEndpoints {

	private static final int MAX_NAME = 128;

	private static final Pattern OTHERS = Pattern.compile("[^A-Za-z0-9-]+");

	private final List<ServiceEndpoint> endpoints;

	private final @Nullable String format;

	private final Map<String, List<Found>> byPath;

	private final SubjectTree<EndpointStatistics> bySubject;

	private ServiceEndpoints(@Nullable String format, List<ServiceEndpoint> endpoints, Map<String, List<Found>> byPath,
			SubjectTree<EndpointStatistics> bySubject) {
		this.format = format;
		this.endpoints = endpoints;
		this.byPath = byPath;
		this.bySubject = bySubject;
	}

	List<ServiceEndpoint> list() {
		return this.endpoints;
	}

	/**
	 * Returns the name of the other format in which requests may come.
	 * @return the name, or {@code null} if there is none
	 */
	@Nullable String format() {
		return this.format;
	}

	/**
	 * Counts a request whose exchange has ended.
	 */
	void ended(IncomingExchange exchange, ExchangeOutcome outcome, int status, long nanos) {
		String route = exchange.route();
		EndpointStatistics statistics = (route != null)
				? find(route, exchange.head().method(), exchange.socketId() != null) : null;
		if (statistics == null) {
			statistics = this.bySubject.find(exchange.subject());
		}
		if (statistics != null) {
			statistics.count(outcome, status, nanos);
		}
	}

	/**
	 * Counts a request that has been answered without a handler.
	 */
	void refused(String subject, int status) {
		EndpointStatistics statistics = this.bySubject.find(subject);
		if (statistics != null) {
			statistics.count(ExchangeOutcome.ANSWERED, status, 0);
		}
	}

	private @Nullable EndpointStatistics find(String path, String method, boolean upgrade) {
		List<Found> candidates = this.byPath.get(path);
		EndpointStatistics found = null;
		if (candidates != null) {
			// By index: an iterator would be an allocation for each request.
			for (int i = 0; i < candidates.size(); i++) {
				Found candidate = candidates.get(i);
				if (candidate.kind().takes(method)) {
					found = candidate.statistics();
					if (candidate.kind().upgrade() == upgrade) {
						return found;
					}
				}
			}
		}
		return found;
	}

	/**
	 * The kind of the requests for a path that an endpoint takes.
	 */
	private record Kind(String method, boolean upgrade) implements Comparable<Kind> {

		private static final Comparator<Kind> ORDER = Comparator.comparing(Kind::method).thenComparing(Kind::upgrade);

		boolean takes(String method) {
			return this.method.equals(method) || (this.method.equals("GET") && method.equals("HEAD"));
		}

		@Override
		public int compareTo(Kind other) {
			return ORDER.compare(this, other);
		}

	}

	/**
	 * An endpoint, as it is found by a path.
	 */
	private record Found(Kind kind, EndpointStatistics statistics) {

	}

	/**
	 * Collects the endpoints of a service.
	 */
	public static final class Builder {

		private final RouteSubjects routeSubjects;

		private final String queueGroup;

		private final @Nullable MessageFormat format;

		private final Map<String, Map<Kind, EndpointTraits>> byPath = new TreeMap<>();

		/**
		 * Creates a builder.
		 * @param routeSubjects maps routes to subjects
		 * @param queueGroup the queue group of the service
		 * @param format another format of requests, which have subjects of their own;
		 * {@code null} for none
		 */
		public Builder(RouteSubjects routeSubjects, String queueGroup, @Nullable MessageFormat format) {
			this.routeSubjects = routeSubjects;
			this.queueGroup = queueGroup;
			this.format = format;
		}

		/**
		 * Adds a route. Where there is one with the same methods and path, that has the
		 * traits of both.
		 * @param methods the HTTP methods; empty for every method
		 * @param pattern the pattern of the path
		 * @param traits what else is known of it
		 * @return this builder
		 */
		public Builder add(Collection<String> methods, String pattern, EndpointTraits traits) {
			Map<Kind, EndpointTraits> byKind = this.byPath.computeIfAbsent(pattern, (path) -> new TreeMap<>());
			for (String method : RouteSubjects.methods(methods)) {
				byKind.merge(new Kind(method, traits.upgrade()), traits, EndpointTraits::and);
			}
			return this;
		}

		/**
		 * Returns the endpoints.
		 * @return the endpoints, with statistics of their own
		 */
		public ServiceEndpoints build() {
			List<ServiceEndpoint> endpoints = new ArrayList<>();
			Map<String, List<Found>> byPath = new HashMap<>();
			SubjectTree<EndpointStatistics> bySubject = new SubjectTree<>();
			Map<String, Integer> names = new HashMap<>();
			this.byPath.forEach((path, byKind) -> byKind.forEach((kind, traits) -> {
				ServiceEndpoint endpoint = endpoint(uniqueName(kind, path, names), kind, path, traits);
				endpoints.add(endpoint);
				byPath.computeIfAbsent(path, (each) -> new ArrayList<>()).add(new Found(kind, endpoint.statistics()));
				MessageFormat.routeSubjects(this.routeSubjects, this.format, List.of(kind.method()), path)
					.forEach((subject) -> bySubject.put(subject, endpoint.statistics()));
			}));
			byPath.replaceAll((path, found) -> List.copyOf(found));
			return new ServiceEndpoints((this.format != null) ? this.format.name() : null, List.copyOf(endpoints),
					Map.copyOf(byPath), bySubject);
		}

		private ServiceEndpoint endpoint(String name, Kind kind, String path, EndpointTraits traits) {
			String widest = "";
			for (String subject : this.routeSubjects.covering(List.of(kind.method()), path)) {
				widest = subject;
			}
			return new ServiceEndpoint(name, widest, this.queueGroup, traits.toMetadata(kind.method(), path),
					new EndpointStatistics());
		}

		/**
		 * Makes a name of letters, digits, dashes and underscores.
		 * @param names the number that each name gets behind it when it comes again
		 */
		private static String uniqueName(Kind kind, String path, Map<String, Integer> names) {
			String words = OTHERS.matcher((kind.upgrade() ? "WEBSOCKET" : kind.method()) + " " + path)
				.replaceAll(" ")
				.trim()
				.replace(' ', '_');
			String name = words.isEmpty() ? "endpoint" : words.substring(0, Math.min(words.length(), MAX_NAME));
			String unique = name;
			while (names.putIfAbsent(unique, 2) != null) {
				int number = names.getOrDefault(name, 2);
				names.put(name, number + 1);
				unique = name + "_" + number;
			}
			return unique;
		}

	}

}
