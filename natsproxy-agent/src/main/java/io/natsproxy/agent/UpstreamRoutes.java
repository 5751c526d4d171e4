package io.natsproxy.agent;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.subject.RouteSubjects;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

/**
 * The paths of an upstream: what is subscribed for them, and whether the path of a
 * request, which the subscriptions cover at the least, is among them. Immutable.
 */
final class UpstreamRoutes {

	private final Upstream upstream;

	private final List<PathPattern> patterns = new ArrayList<>();

	/**
	 * Creates the paths.
	 * @throws IllegalArgumentException if one is malformed, or does not begin with what
	 * is to be stripped
	 */
	UpstreamRoutes(Upstream upstream) {
		this.upstream = upstream;
		String prefix = upstream.requests().stripPrefix();
		for (String path : upstream.paths()) {
			if (prefix != null && !path.equals(prefix) && !path.startsWith(prefix + "/")) {
				throw new IllegalArgumentException("The path '" + path + "' of upstream '" + upstream.name()
						+ "' does not begin with '" + prefix + "', which is to be stripped");
			}
			this.patterns.add(parse(path));
		}
	}

	private PathPattern parse(String path) {
		try {
			PathPatternParser parser = PathPatternParser.defaultInstance;
			return parser.parse(parser.initFullPathPattern(path));
		}
		catch (PatternParseException ex) {
			throw new IllegalArgumentException("The path '" + path + "' of upstream '" + this.upstream.name()
					+ "' is malformed: " + ex.getMessage(), ex);
		}
	}

	Upstream upstream() {
		return this.upstream;
	}

	/**
	 * Returns the patterns of the paths, each of which begins with a slash.
	 */
	List<String> patterns() {
		return this.patterns.stream().map(PathPattern::getPatternString).toList();
	}

	/**
	 * Returns whether a path is one of those of the upstream.
	 */
	boolean matches(PathContainer path) {
		for (PathPattern pattern : this.patterns) {
			if (pattern.matches(path)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Returns the subjects that are subscribed.
	 */
	Set<String> subjects(RouteSubjects routeSubjects, @Nullable MessageFormat format) {
		Set<String> subjects = new LinkedHashSet<>();
		patterns().forEach((pattern) -> subjects
			.addAll(MessageFormat.routeSubjects(routeSubjects, format, this.upstream.requests().methods(), pattern)));
		return subjects;
	}

	/**
	 * Checks that no two upstreams have the same name, and that no request would reach
	 * two.
	 * @throws OverlappingUpstreamsException if that is so
	 */
	static void requireApart(List<UpstreamRoutes> routes, RouteSubjects routeSubjects, @Nullable MessageFormat format) {
		for (int i = 0; i < routes.size(); i++) {
			for (UpstreamRoutes other : routes.subList(0, i)) {
				requireApart(other, routes.get(i), routeSubjects, format);
			}
		}
	}

	private static void requireApart(UpstreamRoutes one, UpstreamRoutes other, RouteSubjects routeSubjects,
			@Nullable MessageFormat format) {
		if (one.upstream.name().equals(other.upstream.name())) {
			throw OverlappingUpstreamsException.sameName(one.upstream, other.upstream);
		}
		Set<String> others = other.subjects(routeSubjects, format);
		for (String subject : one.subjects(routeSubjects, format)) {
			if (others.stream().anyMatch((each) -> overlap(subject.split("\\."), each.split("\\.")))) {
				throw OverlappingUpstreamsException.samePaths(one.upstream, other.upstream, subject);
			}
		}
	}

	/**
	 * Returns whether a subject matches both, which may have wildcards.
	 */
	private static boolean overlap(String[] one, String[] other) {
		int length = Math.min(one.length, other.length);
		for (int i = 0; i < length; i++) {
			if (one[i].equals(">") || other[i].equals(">")) {
				return true;
			}
			if (!one[i].equals(other[i]) && !one[i].equals("*") && !other[i].equals("*")) {
				return false;
			}
		}
		return one.length == other.length;
	}

}
