package io.natsproxy.webflux.server;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

/**
 * The requests that one alternative of a request predicate lets through at the most.
 *
 * @param methods the HTTP methods; {@code null} for every method
 * @param path the path pattern; {@code null} for every path
 * @param exact whether it lets all of that through
 */
record PredicateCover(@Nullable Set<String> methods, @Nullable String path, boolean exact) {

	static final List<PredicateCover> EVERYTHING = List.of(new PredicateCover(null, null, false));

	static final String ANY_REST = "/**";

	private static final Pattern ENDS_WITH_THE_REST = Pattern.compile("(.*/)?(\\*\\*|\\{\\*[^/]*})");

	/**
	 * Combines this condition with another one on the same path.
	 * @return one cover, or none if there is no method that meets both
	 */
	Stream<PredicateCover> and(PredicateCover other) {
		boolean onePath = this.path == null || other.path == null;
		return both(other, (this.path != null) ? this.path : other.path, onePath);
	}

	/**
	 * Combines this condition with another one, which applies to the rest of the path
	 * that this one leaves.
	 * @return one cover, or none if there is no method that meets both
	 */
	Stream<PredicateCover> nest(PredicateCover inner) {
		String outerPath = this.path;
		String innerPath = inner.path;
		if (outerPath == null || innerPath == null) {
			return both(inner, (outerPath != null) ? outerPath : innerPath, true);
		}
		String joined = join(outerPath, innerPath);
		return (joined != null) ? both(inner, joined, true) : both(inner, everythingBelow(outerPath), false);
	}

	/**
	 * Combines this condition with that of a route, which applies to the rest of the path
	 * that this one leaves: when it says nothing about paths, it takes everything below,
	 * and when its path is empty, a slash too.
	 * @return covers with a path; none if there is no method that meets both
	 */
	Stream<PredicateCover> nestRoute(PredicateCover route) {
		if (route.path == null) {
			return nest(new PredicateCover(route.methods, ANY_REST, route.exact));
		}
		Stream<PredicateCover> nested = nest(route);
		return (this.path != null && route.path.isEmpty())
				? Stream.concat(nested, nest(new PredicateCover(route.methods, "/", route.exact))) : nested;
	}

	NatsRoute toRoute() {
		return new NatsRoute((this.methods != null) ? this.methods : Set.of(),
				(this.path != null) ? this.path : ANY_REST);
	}

	private Stream<PredicateCover> both(PredicateCover other, @Nullable String path, boolean exact) {
		Set<String> both = methodsOfBoth(other);
		return (both != null && both.isEmpty()) ? Stream.empty()
				: Stream.of(new PredicateCover(both, path, exact && this.exact && other.exact));
	}

	private @Nullable Set<String> methodsOfBoth(PredicateCover other) {
		Set<String> otherMethods = other.methods;
		if (this.methods == null || otherMethods == null) {
			return (this.methods != null) ? this.methods : otherMethods;
		}
		return this.methods.stream().filter(otherMethods::contains).collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * Puts one path below another, unless the two together are no pattern: a wildcard for
	 * several segments can only stand at one end.
	 */
	private static @Nullable String join(String outer, String inner) {
		String joined = withoutSlash(outer) + withSlash(inner);
		return isPattern(joined) ? joined : null;
	}

	private static String everythingBelow(String outer) {
		if (ENDS_WITH_THE_REST.matcher(outer).matches()) {
			return outer;
		}
		String below = withoutSlash(outer) + ANY_REST;
		return isPattern(below) ? below : ANY_REST;
	}

	private static boolean isPattern(String path) {
		try {
			PathPatternParser.defaultInstance.parse(path);
			return true;
		}
		catch (PatternParseException ex) {
			return false;
		}
	}

	private static String withoutSlash(String path) {
		return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
	}

	private static String withSlash(String path) {
		return (path.isEmpty() || path.startsWith("/")) ? path : "/" + path;
	}

}
