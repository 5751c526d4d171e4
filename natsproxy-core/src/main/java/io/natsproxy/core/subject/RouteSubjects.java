package io.natsproxy.core.subject;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.PercentEncoding;
import org.jspecify.annotations.Nullable;

/**
 * Maps a route (methods and a path pattern) to the narrowest subjects that cover it. What
 * a subject covers beyond the pattern (a regular expression, a suffix) is decided by the
 * matching of the path itself, afterwards.
 */
public final class RouteSubjects {

	/**
	 * The methods that a route without methods answers. Each is subscribed by itself: a
	 * wildcard in place of the method would take in the subjects of everybody else on the
	 * same NATS.
	 */
	private static final List<String> ANY_METHOD = List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");

	private final SubjectCodec codec;

	/**
	 * Creates the mapping.
	 * @param codec encodes the methods
	 */
	public RouteSubjects(SubjectCodec codec) {
		this.codec = codec;
	}

	/**
	 * Returns the methods of a route, each of which has subjects of its own: HEAD goes
	 * with GET.
	 * @param methods the HTTP methods; empty for all of RFC 9110 and RFC 5789 but CONNECT
	 * @return the methods, in order
	 */
	public static List<String> methods(Collection<String> methods) {
		return methods.isEmpty() ? ANY_METHOD
				: methods.stream().map((method) -> method.equals("HEAD") ? "GET" : method).distinct().sorted().toList();
	}

	/**
	 * Returns the subjects that cover a route.
	 * @param methods the HTTP methods; empty for all of RFC 9110 and RFC 5789 but CONNECT
	 * @param pattern a path pattern in the syntax of Spring's {@code PathPattern}, its
	 * literal text decoded
	 * @return one or two subjects per method
	 */
	public Set<String> covering(Collection<String> methods, String pattern) {
		List<String> segments = PatternSegment.split(pattern);
		Set<String> subjects = new LinkedHashSet<>();
		for (String method : methods.isEmpty() ? ANY_METHOD : methods) {
			StringBuilder subject = new StringBuilder();
			this.codec.appendMethod(method, subject);
			addCovering(subject, segments, subjects);
		}
		return subjects;
	}

	/**
	 * Returns the method of the routes that a subject covers.
	 * @param subject a subject of anybody, which may have wildcards
	 * @return the method, or {@code null} if it is no subject of requests
	 */
	public @Nullable String method(String subject) {
		try {
			return this.codec.method(subject);
		}
		catch (MalformedMessageException ex) {
			return null;
		}
	}

	/**
	 * Returns the path pattern that a subject covers.
	 * @param subject a subject of anybody, which may have wildcards
	 * @return a path pattern in the syntax of Spring's {@code PathPattern}, or
	 * {@code null} if it is no subject of requests, or has text that would be a wildcard
	 * in a pattern
	 */
	public @Nullable String pattern(String subject) {
		try {
			String tokens = this.codec.tokens(subject);
			if (tokens.isEmpty()) {
				return "/";
			}
			StringBuilder pattern = new StringBuilder();
			for (String token : tokens.substring(1).split("\\.", -1)) {
				String segment = switch (token) {
					case "*" -> "*";
					case ">" -> "**";
					case "%" -> "";
					default -> PercentEncoding.decode(token);
				};
				if (token.length() > 1 && (!PatternSegment.isLiteral(segment) || segment.indexOf('/') >= 0)) {
					return null;
				}
				pattern.append('/').append(segment);
			}
			return pattern.toString();
		}
		catch (MalformedMessageException ex) {
			return null;
		}
	}

	private static void addCovering(StringBuilder subject, List<String> segments, Set<String> subjects) {
		if (segments.size() == 1 && matchesNoSegment(segments.get(0))) {
			subjects.add(subject.toString());
		}
		for (String segment : segments) {
			if (PatternSegment.isMultiple(segment)) {
				subjects.add(subject.toString());
				subjects.add(subject + ".>");
				return;
			}
			subject.append('.').append(PatternSegment.isLiteral(segment) ? SubjectToken.of(segment) : "*");
		}
		subjects.add(subject.toString());
	}

	/**
	 * A wildcard at the end of a pattern matches nothing at all, too: {@code /*} matches
	 * {@code /}, the one path whose last segment is no token.
	 */
	private static boolean matchesNoSegment(String segment) {
		return segment.chars().allMatch((c) -> c == '*');
	}

}
