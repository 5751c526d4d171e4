package io.natsproxy.servlet.autoconfigure;

import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * The paths that may be reached over NATS. Looks at the decoded path without its path
 * parameters. Immutable.
 */
final class ExposedPaths implements Predicate<String> {

	private final List<PathPattern> included;

	private final ActuatorPaths actuator;

	private final List<PathPattern> includedReserved;

	/**
	 * Creates the paths.
	 * @param included patterns, one of which a path must match
	 * @param actuator the paths of the actuator, for which patterns count only if they
	 * name it
	 * @throws IllegalArgumentException if a pattern is malformed
	 */
	ExposedPaths(Collection<String> included, ActuatorPaths actuator) {
		this.included = parse(included);
		this.actuator = actuator;
		this.includedReserved = this.included.stream()
			.filter((pattern) -> actuator.isNamedBy(pattern.getPatternString()))
			.toList();
	}

	private static List<PathPattern> parse(Collection<String> patterns) {
		PathPatternParser parser = PathPatternParser.defaultInstance;
		return patterns.stream().map((pattern) -> {
			try {
				return parser.parse(parser.initFullPathPattern(pattern));
			}
			catch (RuntimeException ex) {
				throw new IllegalArgumentException("Path pattern '" + pattern + "' is malformed: " + ex.getMessage(),
						ex);
			}
		}).toList();
	}

	/**
	 * Returns the patterns, each of which begins with a slash.
	 */
	List<String> patterns() {
		return this.included.stream().map(PathPattern::getPatternString).toList();
	}

	/**
	 * Tells whether a path may be reached; one that cannot be decoded may not.
	 */
	@Override
	public boolean test(String path) {
		try {
			PathContainer parsed = PathContainer.parsePath(path);
			return matches(this.actuator.contains(path) ? this.includedReserved : this.included, parsed);
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private static boolean matches(List<PathPattern> patterns, PathContainer path) {
		return patterns.stream().anyMatch((pattern) -> pattern.matches(path));
	}

	@Override
	public String toString() {
		return String.join(", ", patterns());
	}

}
