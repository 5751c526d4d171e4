package io.natsproxy.core.subject;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.natsproxy.core.wire.PercentEncoding;
import org.jspecify.annotations.Nullable;

/**
 * A path pattern as the templated path of an OpenAPI document, which knows variables
 * only: each wildcard becomes one. Immutable.
 *
 * @param path the path, whose literal text is percent-encoded where it has to be
 * @param variables the variables, in their order
 */
public record PathTemplate(String path, List<Variable> variables) {

	private static final String UNNAMED = "segment";

	private static final String REST = "rest";

	/**
	 * Characters beside letters and digits that a segment of a path may have (RFC 3986,
	 * section 3.3).
	 */
	private static final String PATH_CHARACTERS = "-._~!$&'()*+,;=:@/";

	public PathTemplate {
		variables = List.copyOf(variables);
	}

	/**
	 * Makes a template of a pattern.
	 * @param pattern a path pattern in the syntax of Spring's {@code PathPattern}, its
	 * literal text decoded
	 * @return the template, with the same names of variables where they are fit
	 */
	public static PathTemplate of(String pattern) {
		Builder builder = new Builder();
		List<String> segments = PatternSegment.split(pattern);
		for (String segment : segments) {
			builder.path.append('/');
			builder.add(segment);
		}
		if (segments.isEmpty()) {
			builder.path.append('/');
		}
		return new PathTemplate(builder.path.toString(), builder.variables);
	}

	/**
	 * Returns the path without the names of variables, in which templates that match the
	 * same paths are equal.
	 * @return the path with {@code {}} for each variable
	 */
	public String shape() {
		StringBuilder shape = new StringBuilder(this.path.length());
		int start = 0;
		for (Variable variable : this.variables) {
			String text = "{" + variable.name() + "}";
			int found = this.path.indexOf(text, start);
			if (found >= 0) {
				shape.append(this.path, start, found).append("{}");
				start = found + text.length();
			}
		}
		return shape.append(this.path, start, this.path.length()).toString();
	}

	/**
	 * A variable of a template.
	 *
	 * @param name the name, of letters, digits, dashes, dots and underscores
	 * @param regex the regular expression that a value has to match; {@code null} for any
	 * value
	 * @param rest whether it stands for any number of segments
	 */
	public record Variable(String name, @Nullable String regex, boolean rest) {

	}

	/**
	 * Collects the parts of a template.
	 */
	private static final class Builder {

		private final StringBuilder path = new StringBuilder();

		private final List<Variable> variables = new ArrayList<>();

		private final Set<String> names = new HashSet<>();

		/**
		 * The numbers that are tried next where a name is taken.
		 */
		private final Map<String, Integer> numbers = new HashMap<>();

		private void add(String segment) {
			if (segment.equals("**")) {
				addVariable(REST, null, true);
				return;
			}
			int i = 0;
			while (i < segment.length()) {
				char c = segment.charAt(i);
				if (c == '{') {
					int end = endOfVariable(segment, i);
					addVariable(segment.substring(i + 1, end));
					i = Math.min(end + 1, segment.length());
				}
				else if (c == '*' || c == '?') {
					while (i < segment.length() && (segment.charAt(i) == '*' || segment.charAt(i) == '?')) {
						i++;
					}
					addVariable(UNNAMED, null, false);
				}
				else {
					int codePoint = segment.codePointAt(i);
					addText(codePoint);
					i += Character.charCount(codePoint);
				}
			}
		}

		/**
		 * Returns where the braces end that begin somewhere, within which a backslash
		 * escapes the next character.
		 */
		private static int endOfVariable(String segment, int start) {
			int depth = 0;
			for (int i = start; i < segment.length(); i++) {
				char c = segment.charAt(i);
				if (c == '\\') {
					i++;
				}
				else if (c == '{') {
					depth++;
				}
				else if (c == '}' && --depth == 0) {
					return i;
				}
			}
			return segment.length();
		}

		private void addVariable(String text) {
			boolean rest = text.startsWith("*");
			int colon = text.indexOf(':');
			String name = text.substring(rest ? 1 : 0, (colon >= 0) ? colon : text.length());
			addVariable(name.replaceAll("[^A-Za-z0-9_.-]", "_"), (colon >= 0) ? text.substring(colon + 1) : null, rest);
		}

		private void addVariable(String name, @Nullable String regex, boolean rest) {
			String wanted = name.isEmpty() ? UNNAMED : name;
			String unique = wanted;
			while (!this.names.add(unique)) {
				unique = wanted + (this.numbers.merge(wanted, 1, Integer::sum) + 1);
			}
			this.variables.add(new Variable(unique, regex, rest));
			this.path.append('{').append(unique).append('}');
		}

		private void addText(int codePoint) {
			boolean fit = (codePoint >= 'a' && codePoint <= 'z') || (codePoint >= 'A' && codePoint <= 'Z')
					|| (codePoint >= '0' && codePoint <= '9') || PATH_CHARACTERS.indexOf(codePoint) >= 0;
			if (fit) {
				this.path.appendCodePoint(codePoint);
				return;
			}
			for (byte octet : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
				PercentEncoding.append(octet, this.path);
			}
		}

	}

}
