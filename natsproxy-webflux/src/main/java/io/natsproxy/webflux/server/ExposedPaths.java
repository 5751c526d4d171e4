package io.natsproxy.webflux.server;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

/**
 * The requests that an application serves over NATS beside those of its HTTP server: by
 * patterns of paths that are exposed, others of paths that are not, and methods. A path
 * is exposed if it is in every way in which the application may read it
 * ({@link PathReading}), and not if it is excluded in one. Immutable.
 */
public final class ExposedPaths {

	private static final PathPatternParser PARSER = PathPatternParser.defaultInstance;

	/**
	 * Excludes more rather than less: the application may not look at case.
	 */
	private static final PathPatternParser ANY_CASE = new PathPatternParser();

	static {
		ANY_CASE.setCaseSensitive(false);
	}

	/**
	 * How a request stands to what is exposed.
	 */
	enum Decision {

		/**
		 * The application handles it.
		 */
		EXPOSED,

		/**
		 * The path is exposed, but not for the method.
		 */
		OTHER_METHOD,

		/**
		 * The path is not exposed.
		 */
		NOT_EXPOSED

	}

	private final List<PathPattern> paths;

	private final List<PathPattern> excluded;

	private final Set<String> methods;

	private final List<Reserved> reserved;

	private ExposedPaths(List<PathPattern> paths, List<PathPattern> excluded, Set<String> methods,
			List<Reserved> reserved) {
		this.paths = paths;
		this.excluded = excluded;
		this.methods = methods;
		this.reserved = reserved;
	}

	/**
	 * Creates a description of what is exposed.
	 * @param paths patterns of paths, see {@link PathPattern}
	 * @param exclude patterns of paths that are not exposed although they match
	 * @param methods the HTTP methods, of which GET stands for HEAD too; empty for every
	 * method
	 * @return what is exposed
	 * @throws IllegalArgumentException if a pattern is malformed
	 */
	public static ExposedPaths of(Collection<String> paths, Collection<String> exclude, Collection<String> methods) {
		return new ExposedPaths(parse(PARSER, paths), parse(ANY_CASE, exclude),
				methods.stream()
					.map((method) -> method.trim().toUpperCase(Locale.ROOT))
					.collect(Collectors.toUnmodifiableSet()),
				List.of());
	}

	private static List<PathPattern> parse(PathPatternParser parser, Collection<String> patterns) {
		return patterns.stream().map((pattern) -> {
			try {
				return parser.parse(parser.initFullPathPattern(pattern.trim()));
			}
			catch (PatternParseException ex) {
				throw new IllegalArgumentException("Path pattern '" + pattern + "' is malformed: " + ex.getMessage(),
						ex);
			}
		}).toList();
	}

	/**
	 * Reserves paths: they are exposed by a pattern that names them only, which is one
	 * that begins with the same segments.
	 * @param patterns patterns of paths of which all that match are reserved, with and
	 * without a slash at the end; the segments in front of the first wildcard or variable
	 * are those to be named
	 * @return what is exposed then
	 */
	public ExposedPaths reserve(Collection<String> patterns) {
		List<Reserved> all = new ArrayList<>(this.reserved);
		for (PathPattern pattern : parse(ANY_CASE, patterns)) {
			String name = PatternSegments.of(withoutSlash(pattern.getPatternString())).literalBeginning();
			List<String> namedBy = this.paths.stream()
				.map(PathPattern::getPatternString)
				.filter((path) -> PatternSegments.of(path).beginsWith(name))
				.toList();
			all.add(new Reserved(parse(ANY_CASE, withAndWithoutSlash(pattern.getPatternString())), parse(PARSER,
					namedBy.stream().flatMap((path) -> withAndWithoutSlash(path).stream()).distinct().toList())));
		}
		return new ExposedPaths(this.paths, this.excluded, this.methods, List.copyOf(all));
	}

	private static List<String> withAndWithoutSlash(String pattern) {
		String without = withoutSlash(pattern);
		if (without.length() <= 1 || without.endsWith("/**") || without.contains("/{*")) {
			return List.of(pattern);
		}
		return List.of(without, without + "/");
	}

	private static String withoutSlash(String pattern) {
		return (pattern.length() > 1 && pattern.endsWith("/")) ? pattern.substring(0, pattern.length() - 1) : pattern;
	}

	/**
	 * Tells whether requests for a route of the application are exposed, so that others
	 * may be told of it. Where that is so for some paths of the route only, it is.
	 * @param method the HTTP method
	 * @param pattern the path pattern of the route
	 * @return {@code false} if none is
	 */
	public boolean exposes(String method, String pattern) {
		PatternSegments route = PatternSegments.of(pattern);
		return isMethodExposed(method)
				&& this.paths.stream().anyMatch((path) -> PatternSegments.of(path.getPatternString()).meets(route))
				&& this.excluded.stream()
					.noneMatch((excluded) -> PatternSegments.of(excluded.getPatternString()).covers(route));
	}

	/**
	 * Returns the routes of which some requests at least are exposed.
	 */
	List<NatsRoute> routes() {
		return this.paths.stream().map((path) -> new NatsRoute(this.methods, path.getPatternString())).toList();
	}

	/**
	 * Returns the routes for OPTIONS that are answered without the application.
	 */
	List<NatsRoute> implicitRoutes() {
		return isMethodExposed("OPTIONS") ? List.of()
				: this.paths.stream().map((path) -> new NatsRoute(Set.of("OPTIONS"), path.getPatternString())).toList();
	}

	/**
	 * Returns the methods that a response may name as allowed; none where every method is
	 * exposed, of which the application knows which it has.
	 */
	Set<HttpMethod> allowedMethods() {
		if (this.methods.isEmpty()) {
			return Set.of();
		}
		Set<HttpMethod> allowed = new TreeSet<>();
		this.methods.forEach((method) -> allowed.add(HttpMethod.valueOf(method)));
		if (isMethodExposed("HEAD")) {
			allowed.add(HttpMethod.HEAD);
		}
		allowed.add(HttpMethod.OPTIONS);
		return allowed;
	}

	/**
	 * Requires that none of the routes that the application declares for NATS is exposed
	 * too.
	 * @throws OverlappingExposureException if one is
	 */
	void requireApart(Collection<NatsRoute> routes) {
		for (NatsRoute route : routes) {
			PatternSegments segments = PatternSegments.of(route.pattern());
			boolean sharesMethod = this.methods.isEmpty() || route.methods().isEmpty()
					|| route.methods().stream().anyMatch(this::isMethodExposed);
			boolean isExcluded = this.excluded.stream()
				.anyMatch((pattern) -> PatternSegments.of(pattern.getPatternString()).covers(segments));
			if (sharesMethod && !isExcluded) {
				this.paths.stream()
					.filter((path) -> PatternSegments.of(path.getPatternString()).meets(segments))
					.findFirst()
					.ifPresent((path) -> {
						throw new OverlappingExposureException(path.getPatternString(), route);
					});
			}
		}
	}

	/**
	 * Decides about a request.
	 */
	Decision decide(ServerHttpRequest request) {
		PathContainer path = request.getPath().pathWithinApplication();
		if (!isPathExposed(path)) {
			return Decision.NOT_EXPOSED;
		}
		return isMethodExposed(request.getMethod().name()) ? Decision.EXPOSED : Decision.OTHER_METHOD;
	}

	private boolean isPathExposed(PathContainer path) {
		if (!isIncluded(path) || isExcluded(path)) {
			return false;
		}
		PathReading reading = PathReading.of(path);
		return reading.all(this::isIncluded) && !reading.any((each) -> isExcluded(each) || isReserved(each));
	}

	private boolean isIncluded(PathContainer path) {
		return anyMatches(this.paths, path) && !isReserved(path);
	}

	/**
	 * Tells whether a path is exposed by a pattern that names it only, and none does.
	 */
	private boolean isReserved(PathContainer path) {
		for (Reserved each : this.reserved) {
			if (anyMatches(each.patterns(), path) && !anyMatches(each.namedBy(), path)) {
				return true;
			}
		}
		return false;
	}

	private boolean isExcluded(PathContainer path) {
		return anyMatches(this.excluded, path);
	}

	private static boolean anyMatches(List<PathPattern> patterns, PathContainer path) {
		for (PathPattern pattern : patterns) {
			if (pattern.matches(path)) {
				return true;
			}
		}
		return false;
	}

	private boolean isMethodExposed(String method) {
		return this.methods.isEmpty() || this.methods.contains(method)
				|| method.equals("HEAD") && this.methods.contains("GET");
	}

	/**
	 * Paths that only some of the patterns expose.
	 *
	 * @param patterns match the paths
	 * @param namedBy the patterns that name them
	 */
	private record Reserved(List<PathPattern> patterns, List<PathPattern> namedBy) {

	}

}
