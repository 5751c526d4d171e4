package io.natsproxy.webflux.server;

import java.util.ArrayList;
import java.util.List;

import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * A path pattern as its segments, to be compared with other patterns. What cannot be
 * known, which two regular expressions have in common, is taken for the case in which the
 * patterns meet.
 *
 * @param segments the segments, as they are written
 */
record PatternSegments(List<String> segments) {

	/**
	 * Splits a pattern at the slashes outside of braces.
	 * @param pattern a pattern in the syntax of Spring's {@code PathPattern}
	 */
	static PatternSegments of(String pattern) {
		String path = pattern.startsWith("/") ? pattern.substring(1) : pattern;
		List<String> segments = new ArrayList<>();
		int depth = 0;
		int start = 0;
		for (int i = 0; i < path.length(); i++) {
			char c = path.charAt(i);
			if (c == '\\' && depth > 0) {
				i++;
			}
			else if (c == '{') {
				depth++;
			}
			else if (c == '}') {
				depth--;
			}
			else if (c == '/' && depth == 0) {
				segments.add(path.substring(start, i));
				start = i + 1;
			}
		}
		segments.add(path.substring(start));
		return new PatternSegments(List.copyOf(segments));
	}

	/**
	 * Tells whether there may be a path that both patterns match.
	 */
	boolean meets(PatternSegments other) {
		return meet(this.segments, other.segments);
	}

	private static boolean meet(List<String> some, List<String> others) {
		if (some.isEmpty() || others.isEmpty()) {
			return isNothing(some) && isNothing(others);
		}
		String first = some.get(0);
		String other = others.get(0);
		if (isAnyNumber(first)) {
			return meet(rest(some), others) || meet(some, rest(others));
		}
		if (isAnyNumber(other)) {
			return meet(some, rest(others)) || meet(rest(some), others);
		}
		return meet(first, other) && meet(rest(some), rest(others));
	}

	private static boolean isNothing(List<String> segments) {
		return segments.stream().allMatch(PatternSegments::isAnyNumber);
	}

	private static boolean meet(String segment, String other) {
		if (isLiteral(segment)) {
			return isLiteral(other) ? segment.equals(other) : matches(other, segment);
		}
		return !isLiteral(other) || matches(segment, other);
	}

	/**
	 * Tells whether this pattern matches all paths that the other matches.
	 */
	boolean covers(PatternSegments other) {
		List<String> all = other.segments;
		for (int i = 0; i < this.segments.size(); i++) {
			String segment = this.segments.get(i);
			if (isAnyNumber(segment)) {
				return i == this.segments.size() - 1;
			}
			if (i >= all.size() || isAnyNumber(all.get(i)) || !covers(segment, all.get(i))) {
				return false;
			}
		}
		return this.segments.size() == all.size();
	}

	private static boolean covers(String segment, String other) {
		if (isLiteral(other)) {
			return isLiteral(segment) ? segment.equals(other) : matches(segment, other);
		}
		boolean any = segment.equals("*")
				|| segment.startsWith("{") && segment.indexOf(':') < 0 && segment.indexOf('}') == segment.length() - 1;
		return any || segment.equals(other);
	}

	/**
	 * Tells whether the pattern begins with the segments of a path, letter by letter.
	 * @param path the path, beginning with a slash
	 */
	boolean beginsWith(String path) {
		List<String> beginning = of(path).segments;
		return this.segments.size() >= beginning.size() && this.segments.subList(0, beginning.size()).equals(beginning);
	}

	/**
	 * Returns the path of the segments in front of the first that is no text.
	 */
	String literalBeginning() {
		StringBuilder path = new StringBuilder();
		for (String segment : this.segments) {
			if (!isLiteral(segment)) {
				break;
			}
			path.append('/').append(segment);
		}
		return path.isEmpty() ? "/" : path.toString();
	}

	private static boolean matches(String pattern, String segment) {
		return PathPatternParser.defaultInstance.parse("/" + pattern).matches(PathContainer.parsePath("/" + segment));
	}

	private static boolean isAnyNumber(String segment) {
		return segment.equals("**") || segment.startsWith("{*");
	}

	private static boolean isLiteral(String segment) {
		return segment.chars().noneMatch((c) -> c == '*' || c == '?' || c == '{');
	}

	private static List<String> rest(List<String> segments) {
		return segments.subList(1, segments.size());
	}

}
