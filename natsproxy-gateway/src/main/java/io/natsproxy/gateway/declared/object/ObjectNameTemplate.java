package io.natsproxy.gateway.declared.object;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.natsproxy.core.subject.SubjectTemplate;
import io.natsproxy.core.wire.MalformedMessageException;
import org.jspecify.annotations.Nullable;

/**
 * A template of the names of objects. The value of a variable is one segment of a name,
 * or the part of one; that of {@code {*rest}}, which stands at the end, is all segments
 * that there are.
 */
final class ObjectNameTemplate {

	private static final Pattern VARIABLE = Pattern.compile("\\{(\\*?)([^{}*]+)\\}");

	private final List<Part> parts;

	private final @Nullable String rest;

	private ObjectNameTemplate(List<Part> parts, @Nullable String rest) {
		this.parts = parts;
		this.rest = rest;
	}

	/**
	 * Reads a template.
	 * @throws IllegalArgumentException if it is malformed
	 */
	static ObjectNameTemplate of(String template) {
		List<Part> parts = new ArrayList<>();
		Matcher variables = VARIABLE.matcher(template);
		int position = 0;
		String rest = null;
		while (variables.find()) {
			parts.add(new Part(text(template, position, variables.start()), false));
			position = variables.end();
			if (!variables.group(1).isEmpty()) {
				rest = variables.group(2);
				break;
			}
			parts.add(new Part(variables.group(2), true));
		}
		String end = text(template, position, template.length());
		if (rest != null && (!end.isEmpty() || !before(template, rest))) {
			throw new IllegalArgumentException(
					"In the name '" + template + "', '{*" + rest + "}' stands at the end, behind a slash");
		}
		parts.add(new Part(end, false));
		return new ObjectNameTemplate(List.copyOf(parts), rest);
	}

	private static boolean before(String template, String rest) {
		int start = template.length() - rest.length() - 3;
		return start == 0 || template.charAt(start - 1) == '/';
	}

	private static String text(String template, int from, int to) {
		String text = template.substring(from, to);
		if (text.indexOf('{') >= 0 || text.indexOf('}') >= 0) {
			throw new IllegalArgumentException("The braces of the name '" + template + "' are not in pairs");
		}
		return text;
	}

	/**
	 * Returns the names of the variables.
	 */
	List<String> variables() {
		List<String> names = new ArrayList<>(this.parts.stream().filter(Part::variable).map(Part::text).toList());
		if (this.rest != null) {
			names.add(this.rest);
		}
		return names;
	}

	/**
	 * Makes a name.
	 * @throws MalformedMessageException if no object may have such a name
	 */
	ObjectName expand(SubjectTemplate.Values values) {
		StringBuilder name = new StringBuilder();
		for (Part part : this.parts) {
			name.append(part.variable() ? segment(part.text(), values.value(part.text())) : part.text());
		}
		if (this.rest == null) {
			return ObjectName.of("", List.of(name.toString()));
		}
		List<String> segments = values.segments(this.rest);
		return ObjectName.of(name.toString(), (segments != null) ? segments : List.of());
	}

	private static String segment(String name, @Nullable String value) {
		if (value == null || value.isEmpty() || value.indexOf('/') >= 0) {
			throw new MalformedMessageException("'" + name + "' is no segment of the name of an object");
		}
		return value;
	}

	/**
	 * A part of a template.
	 *
	 * @param text literal text, or the name of a variable
	 * @param variable whether it is a variable
	 */
	private record Part(String text, boolean variable) {

	}

}
