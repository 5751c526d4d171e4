package io.natsproxy.webflux.server;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * What a request predicate lets through at the most: one of its alternatives.
 *
 * @param methods the HTTP methods; {@code null} for every method
 * @param path the path pattern; {@code null} for every path
 */
record PredicateCover(@Nullable Set<String> methods, @Nullable String path) {

	static final List<PredicateCover> EVERYTHING = List.of(new PredicateCover(null, null));

	/**
	 * Both conditions on the same path.
	 */
	PredicateCover and(PredicateCover other) {
		return new PredicateCover(methodsOfBoth(other), (this.path != null) ? this.path : other.path);
	}

	/**
	 * Both conditions, the other one's path below this one's.
	 */
	PredicateCover nest(PredicateCover inner) {
		String nested = (this.path == null) ? inner.path
				: withoutSlash(this.path) + ((inner.path != null) ? withSlash(inner.path) : "/**");
		return new PredicateCover(methodsOfBoth(inner), nested);
	}

	NatsRoute toRoute() {
		return new NatsRoute((this.methods != null) ? this.methods : Set.of(), (this.path != null) ? this.path : "/**");
	}

	private @Nullable Set<String> methodsOfBoth(PredicateCover other) {
		Set<String> otherMethods = other.methods;
		if (this.methods == null || otherMethods == null) {
			return (this.methods != null) ? this.methods : otherMethods;
		}
		return this.methods.stream().filter(otherMethods::contains).collect(Collectors.toUnmodifiableSet());
	}

	private static String withoutSlash(String path) {
		return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
	}

	private static String withSlash(String path) {
		return (path.isEmpty() || path.startsWith("/")) ? path : "/" + path;
	}

}
