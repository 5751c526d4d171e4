package io.natsproxy.gateway.declared;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.natsproxy.core.subject.PatternSegment;
import io.natsproxy.core.subject.SubjectTemplate;
import io.natsproxy.core.wire.MalformedMessageException;
import io.natsproxy.core.wire.RequestHead;
import io.natsproxy.gateway.headers.FieldList;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.pattern.PathPattern;

/**
 * The values that a request has for the variables of templates: those of its path by
 * their names, parameters of the query as {@code query.name}, and header fields as
 * {@code header.Name}. All are decoded.
 */
final class RouteVariables implements SubjectTemplate.Values {

	static final String QUERY = "query.";

	static final String HEADER = "header.";

	private final Map<String, String> path;

	private final PathContainer whole;

	private final int before;

	private final MultiValueMap<String, String> query;

	private final FieldList fields;

	/**
	 * Creates the values.
	 * @param path the variables of the path
	 * @param whole the path
	 * @param before the number of segments before those that the last variable stands
	 * for, where it stands for several
	 */
	RouteVariables(Map<String, String> path, PathContainer whole, int before, MultiValueMap<String, String> query,
			FieldList fields) {
		this.path = path;
		this.whole = whole;
		this.before = before;
		this.query = query;
		this.fields = fields;
	}

	/**
	 * Reads the values of a request.
	 * @throws MalformedMessageException if it is no request of the route
	 */
	static RouteVariables of(NatsRoute route, RequestHead head) {
		PathContainer whole = PathContainer.parsePath(head.path());
		PathPattern.PathMatchInfo match = route.path().matchAndExtract(whole);
		if (match == null) {
			throw new MalformedMessageException("The path is not one of the route");
		}
		return new RouteVariables(match.getUriVariables(), whole, segmentsBefore(route), query(head),
				FieldList.of(head.headers()));
	}

	/**
	 * Returns the number of segments before the last of a pattern.
	 */
	static int segmentsBefore(NatsRoute route) {
		return PatternSegment.split(route.path().getPatternString()).size() - 1;
	}

	private static MultiValueMap<String, String> query(RequestHead head) {
		MultiValueMap<String, String> query = new LinkedMultiValueMap<>();
		try {
			UriComponentsBuilder.fromUriString(head.target())
				.build()
				.getQueryParams()
				.forEach((name, values) -> values.forEach((value) -> query.add(decode(name), decode(value))));
		}
		catch (IllegalArgumentException ex) {
			throw new MalformedMessageException("The query is malformed");
		}
		return query;
	}

	private static String decode(@Nullable String text) {
		return (text != null) ? URLDecoder.decode(text, StandardCharsets.UTF_8) : "";
	}

	@Override
	public @Nullable String value(String name) {
		if (name.startsWith(QUERY)) {
			return single(name, this.query.get(name.substring(QUERY.length())));
		}
		if (name.startsWith(HEADER)) {
			return single(name, this.fields.values(name.substring(HEADER.length())));
		}
		return this.path.get(name);
	}

	private static @Nullable String single(String name, @Nullable List<String> values) {
		if (values != null && values.size() > 1) {
			throw new MalformedMessageException("'" + name + "' has more than one value");
		}
		return (values != null && !values.isEmpty()) ? values.get(0) : null;
	}

	@Override
	public @Nullable List<String> segments(String name) {
		if (!this.path.containsKey(name)) {
			return null;
		}
		return rest();
	}

	/**
	 * Returns the segments that the last variable, or a wildcard in its place, stands
	 * for.
	 */
	List<String> rest() {
		List<String> segments = new ArrayList<>();
		int skipped = 0;
		for (PathContainer.Element element : this.whole.elements()) {
			// A slash begins a segment, which may be empty.
			if (element instanceof PathContainer.Separator) {
				if (++skipped > this.before) {
					segments.add("");
				}
			}
			else if (skipped > this.before && element instanceof PathSegment segment) {
				segments.set(segments.size() - 1, segment.valueToMatch());
			}
		}
		return segments;
	}

}
