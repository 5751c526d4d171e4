package io.natsproxy.core.subject;

import java.util.ArrayList;
import java.util.List;

/**
 * The segments of a path pattern, as they are written in the syntax of Spring's
 * {@code PathPattern}.
 */
public final class PatternSegment {

	private PatternSegment() {
	}

	/**
	 * Splits a pattern at the slashes outside of braces. In braces, a backslash escapes
	 * the next character.
	 * @param pattern the pattern
	 * @return the segments, none for the root alone
	 */
	public static List<String> split(String pattern) {
		List<String> segments = new ArrayList<>();
		String path = pattern.startsWith("/") ? pattern.substring(1) : pattern;
		if (path.isEmpty()) {
			return segments;
		}
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
		return segments;
	}

	/**
	 * Tells whether a segment matches any number of segments.
	 * @param segment the segment
	 * @return whether it does
	 */
	public static boolean isMultiple(String segment) {
		return segment.equals("**") || segment.startsWith("{*");
	}

	/**
	 * Tells whether a segment matches only itself.
	 * @param segment the segment
	 * @return whether it has neither wildcards nor variables
	 */
	public static boolean isLiteral(String segment) {
		return segment.chars().noneMatch((c) -> c == '*' || c == '?' || c == '{');
	}

}
