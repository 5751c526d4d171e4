package io.natsproxy.webflux.path;

import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

import org.jspecify.annotations.Nullable;

import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.http.server.RequestPath;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

/**
 * A condition on the path of a request, within the application: a Spring path pattern, or
 * a regular expression. Both look at the decoded path without its path parameters, so
 * that another spelling of a path does not slip through. Immutable.
 */
public final class PathCondition {

	private static final PathCondition ANY = new PathCondition((path) -> true, "any path");

	private final Predicate<PathContainer> predicate;

	private final String description;

	private PathCondition(Predicate<PathContainer> predicate, String description) {
		this.predicate = predicate;
		this.description = description;
	}

	/**
	 * Returns the condition that every path meets.
	 * @return the condition
	 */
	public static PathCondition any() {
		return ANY;
	}

	/**
	 * Returns a condition that a path meets if it matches a pattern, as in
	 * {@code "/login/**"}.
	 * @param pattern the pattern, see {@link PathPattern}
	 * @return the condition
	 * @throws org.springframework.web.util.pattern.PatternParseException if the pattern
	 * is malformed
	 */
	public static PathCondition pattern(String pattern) {
		PathPatternParser parser = PathPatternParser.defaultInstance;
		PathPattern parsed = parser.parse(parser.initFullPathPattern(pattern));
		return new PathCondition(parsed::matches, pattern);
	}

	/**
	 * Returns a condition that a path meets if a regular expression matches it from the
	 * first to the last character, as in {@code "/login.*"}.
	 * @param expression the expression, see {@link Pattern}
	 * @return the condition
	 * @throws java.util.regex.PatternSyntaxException if the expression is malformed
	 */
	public static PathCondition regex(String expression) {
		Pattern compiled = Pattern.compile(expression, Pattern.DOTALL);
		return new PathCondition((path) -> compiled.matcher(decoded(path)).matches(), "regex " + expression);
	}

	/**
	 * Returns the condition that settings describe by a pattern or an expression.
	 * @param pattern a path pattern, or {@code null}
	 * @param expression a regular expression, or {@code null}
	 * @return the condition, {@code null} when both are
	 * @throws IllegalArgumentException if both are given, or the one that is given is
	 * malformed
	 */
	public static @Nullable PathCondition of(@Nullable String pattern, @Nullable String expression) {
		if (pattern != null && expression != null) {
			throw new IllegalArgumentException(
					"Set 'path' or 'regex', not both ('" + pattern + "', '" + expression + "')");
		}
		try {
			if (expression != null) {
				return regex(expression);
			}
			return (pattern != null) ? pattern(pattern) : null;
		}
		catch (PatternSyntaxException ex) {
			throw new IllegalArgumentException(
					"Regular expression '" + expression + "' is malformed: " + ex.getDescription(), ex);
		}
		catch (PatternParseException ex) {
			throw new IllegalArgumentException("Path pattern '" + pattern + "' is malformed: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Tells whether a path meets the condition.
	 * @param path the path of a request
	 * @return whether it does
	 */
	public boolean matches(RequestPath path) {
		return this.predicate.test(path.pathWithinApplication());
	}

	private static String decoded(PathContainer path) {
		StringBuilder decoded = new StringBuilder();
		for (PathContainer.Element element : path.elements()) {
			decoded.append((element instanceof PathSegment segment) ? segment.valueToMatch() : element.value());
		}
		return decoded.toString();
	}

	@Override
	public String toString() {
		return this.description;
	}

}
