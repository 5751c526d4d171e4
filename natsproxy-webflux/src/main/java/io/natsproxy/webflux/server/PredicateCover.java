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
 * What a request predicate lets through at the most: one of its alternatives.
 *
 * @param methods the HTTP methods; {@code null} for every method
 * @param path the path pattern; {@code null} for every path
 */
record PredicateCover(@Nullable Set<String> methods, @Nullable String path) {

	static final List<PredicateCover> EVERYTHING = List.of(new PredicateCover(null, null));

	private static final Pattern ENDS_WITH_THE_REST = Pattern.compile("(.*/)?(\\*\\*|\\{\\*[^/]*})");

	/**
	 * Both conditions on the same path.
	 * @return one cover, or none if there is no method that meets both
	 */
	Stream<PredicateCover> and(PredicateCover other) {
		return withMethods(methodsOfBoth(other), (this.path != null) ? this.path : other.path);
	}

	/**
	 * Both conditions, the other one on what this one's path has left.
	 * @return one cover, or none if there is no method that meets both
	 */
	Stream<PredicateCover> nest(PredicateCover inner) {
		String outerPath = this.path;
		String innerPath = inner.path;
		return withMethods(methodsOfBoth(inner),
				(outerPath == null) ? innerPath : (innerPath == null) ? outerPath : join(outerPath, innerPath));
	}

	private static Stream<PredicateCover> withMethods(@Nullable Set<String> methods, @Nullable String path) {
		return (methods != null && methods.isEmpty()) ? Stream.empty() : Stream.of(new PredicateCover(methods, path));
	}

	/**
	 * Both conditions, the other one that of a route on what this one's path has left:
	 * when it says nothing about paths, it takes everything below, and when its path is
	 * empty, a slash too.
	 * @return the routes; none if there is no method that meets both
	 */
	Stream<NatsRoute> routes(PredicateCover inner) {
		Set<String> both = methodsOfBoth(inner);
		if (both != null && both.isEmpty()) {
			return Stream.empty();
		}
		Set<String> methods = (both != null) ? both : Set.of();
		String outerPath = this.path;
		String innerPath = (inner.path != null) ? inner.path : "/**";
		if (outerPath == null) {
			return Stream.of(new NatsRoute(methods, innerPath));
		}
		return (innerPath.isEmpty() ? Stream.of("", "/") : Stream.of(innerPath))
			.map((rest) -> new NatsRoute(methods, join(outerPath, rest)));
	}

	private @Nullable Set<String> methodsOfBoth(PredicateCover other) {
		Set<String> otherMethods = other.methods;
		if (this.methods == null || otherMethods == null) {
			return (this.methods != null) ? this.methods : otherMethods;
		}
		return this.methods.stream().filter(otherMethods::contains).collect(Collectors.toUnmodifiableSet());
	}

	/**
	 * Puts one path below another, or makes a wider pattern where the two together are
	 * none: a wildcard for several segments can only stand at one end.
	 */
	private static String join(String outer, String inner) {
		if (ENDS_WITH_THE_REST.matcher(outer).matches()) {
			return outer;
		}
		String prefix = outer.endsWith("/") ? outer.substring(0, outer.length() - 1) : outer;
		return Stream.of(prefix + withSlash(inner), prefix + "/**")
			.filter(PredicateCover::isPattern)
			.findFirst()
			.orElse("/**");
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

	private static String withSlash(String path) {
		return (path.isEmpty() || path.startsWith("/")) ? path : "/" + path;
	}

}
