package io.natsproxy.webflux.server;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.natsproxy.core.subject.PatternSegment;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.http.server.PathContainer.Separator;
import org.springframework.web.util.pattern.PathPattern;

/**
 * Values by path patterns, of which those are found whose pattern may match a path:
 * segment by segment, so that finding them takes the depth of the path and not the number
 * of patterns. A segment that is no plain text is taken to match every text, and the case
 * of letters is not looked at; whether a pattern matches is for the pattern itself to
 * tell. To be filled before it is shared; may then be used by many threads.
 *
 * @param <T> the type of the values
 */
final class PathPatternIndex<T> {

	private final Node<T> root = new Node<>();

	/**
	 * Adds a value. It may have several patterns.
	 */
	void add(PathPattern pattern, T value) {
		Node<T> node = this.root;
		for (String segment : PatternSegments.of(pattern.getPatternString()).segments()) {
			if (PatternSegment.isMultiple(segment)) {
				node.rest = with(node.rest, value);
				return;
			}
			node = PatternSegment.isLiteral(segment) ? node.literal(fold(segment)) : node.any();
		}
		node.values = with(node.values, value);
	}

	private static <T> Set<T> with(Set<T> values, T value) {
		Set<T> all = values.isEmpty() ? new LinkedHashSet<>() : values;
		all.add(value);
		return all;
	}

	/**
	 * Finds the values of all patterns that may match.
	 * @param path the path
	 * @return each value once; not to be changed
	 */
	Set<T> find(PathContainer path) {
		List<PathContainer.Element> elements = path.elements();
		boolean absolute = !elements.isEmpty() && elements.get(0) instanceof Separator;
		return this.root.find(elements, absolute ? 1 : 0, Set.of());
	}

	/**
	 * Maps letters that {@link String#equalsIgnoreCase}, by which patterns compare them,
	 * takes for the same to one.
	 */
	private static String fold(String text) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (Character.isSurrogate(c) || fold(c) != c) {
				return text.codePoints()
					.map(PathPatternIndex::fold)
					.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
					.toString();
			}
		}
		return text;
	}

	private static int fold(int codePoint) {
		return Character.toLowerCase(Character.toUpperCase(codePoint));
	}

	/**
	 * The patterns that have the same beginning.
	 */
	private static final class Node<T> {

		private final Map<String, Node<T>> literals = new HashMap<>(2);

		private @Nullable Node<T> any;

		/**
		 * Those of patterns that end here.
		 */
		private Set<T> values = Set.of();

		/**
		 * Those of patterns that go on with any number of segments.
		 */
		private Set<T> rest = Set.of();

		Node<T> literal(String segment) {
			return this.literals.computeIfAbsent(segment, (text) -> new Node<>());
		}

		Node<T> any() {
			Node<T> any = this.any;
			if (any == null) {
				any = new Node<>();
				this.any = any;
			}
			return any;
		}

		/**
		 * Adds what matches the segment that begins at an index, and those behind it.
		 * @param index the index of the segment, or that behind its place if it is empty;
		 * beyond the end if there is none
		 */
		Set<T> find(List<PathContainer.Element> elements, int index, Set<T> found) {
			Set<T> all = union(found, this.rest);
			if (index > elements.size()) {
				return union(all, this.values);
			}
			String segment = "";
			int next = index + 1;
			if (index < elements.size() && elements.get(index) instanceof PathSegment text) {
				segment = text.valueToMatch();
				next++;
			}
			Node<T> literal = this.literals.isEmpty() ? null : this.literals.get(fold(segment));
			if (literal != null) {
				all = literal.find(elements, next, all);
			}
			return (this.any != null) ? this.any.find(elements, next, all) : all;
		}

		private static <T> Set<T> union(Set<T> some, Set<T> others) {
			if (some.isEmpty() || others.isEmpty()) {
				return some.isEmpty() ? others : some;
			}
			Set<T> both = new LinkedHashSet<>(some);
			both.addAll(others);
			return both;
		}

	}

}
