package io.natsproxy.webflux.server;

import java.util.List;

import io.natsproxy.core.subject.PatternSegment;

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
		List<String> segments = PatternSegment.split(pattern);
		// The root has one segment, which is empty: it begins no other pattern.
		return new PatternSegments(segments.isEmpty() ? List.of("") : List.copyOf(segments));
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
		if (PatternSegment.isMultiple(first)) {
			return meet(rest(some), others) || meet(some, rest(others));
		}
		if (PatternSegment.isMultiple(other)) {
			return meet(some, rest(others)) || meet(rest(some), others);
		}
		return meet(first, other) && meet(rest(some), rest(others));
	}

	private static boolean isNothing(List<String> segments) {
		return segments.stream().allMatch(PatternSegment::isMultiple);
	}

	private static boolean meet(String segment, String other) {
		if (PatternSegment.isLiteral(segment)) {
			return PatternSegment.isLiteral(other) ? segment.equals(other) : matches(other, segment);
		}
		return !PatternSegment.isLiteral(other) || matches(segment, other);
	}

	/**
	 * Tells whether this pattern matches all paths that the other matches.
	 */
	boolean covers(PatternSegments other) {
		List<String> all = other.segments;
		for (int i = 0; i < this.segments.size(); i++) {
			String segment = this.segments.get(i);
			if (PatternSegment.isMultiple(segment)) {
				return i == this.segments.size() - 1;
			}
			if (i >= all.size() || PatternSegment.isMultiple(all.get(i)) || !covers(segment, all.get(i))) {
				return false;
			}
		}
		return this.segments.size() == all.size();
	}

	private static boolean covers(String segment, String other) {
		if (PatternSegment.isLiteral(other)) {
			return PatternSegment.isLiteral(segment) ? segment.equals(other) : matches(segment, other);
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
			if (!PatternSegment.isLiteral(segment)) {
				break;
			}
			path.append('/').append(segment);
		}
		return path.isEmpty() ? "/" : path.toString();
	}

	private static boolean matches(String pattern, String segment) {
		return PathPatternParser.defaultInstance.parse("/" + pattern).matches(PathContainer.parsePath("/" + segment));
	}

	private static List<String> rest(List<String> segments) {
		return segments.subList(1, segments.size());
	}

}
