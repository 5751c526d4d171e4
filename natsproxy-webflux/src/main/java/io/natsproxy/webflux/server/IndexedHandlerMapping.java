package io.natsproxy.webflux.server;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.http.server.PathContainer;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.pattern.PathPattern;

/**
 * WebFlux's mapping of annotated methods, but that for a request it looks only at those
 * whose pattern may match the path, and not at all that have a pattern. Which of them is
 * chosen, and what happens if none is, stays as it is there.
 */
public class IndexedHandlerMapping extends RequestMappingHandlerMapping {

	/**
	 * {@code null} after a change, until something is looked up. Changes wait for whoever
	 * does that, so that it never has what was before one.
	 */
	private volatile @Nullable Index index;

	/**
	 * WebFlux's answer to preflight requests that several methods match, all with a
	 * configuration of CORS: one for all. {@code null} before the first of them.
	 */
	private volatile @Nullable HandlerMethod ambiguousPreflight;

	@Override
	public void registerMapping(RequestMappingInfo mapping, Object handler, Method method) {
		try {
			super.registerMapping(mapping, handler, method);
		}
		finally {
			this.index = null;
		}
	}

	@Override
	public void unregisterMapping(RequestMappingInfo mapping) {
		try {
			super.unregisterMapping(mapping);
		}
		finally {
			this.index = null;
		}
	}

	@Override
	protected void registerHandlerMethod(Object handler, Method method, RequestMappingInfo mapping) {
		try {
			super.registerHandlerMethod(handler, method, mapping);
		}
		finally {
			this.index = null;
		}
	}

	private Index index() {
		Index index = this.index;
		if (index == null) {
			index = new Index(getHandlerMethods());
			this.index = index;
		}
		return index;
	}

	@Override
	protected @Nullable HandlerMethod lookupHandlerMethod(ServerWebExchange exchange) throws Exception {
		Index index = index();
		PathContainer path = exchange.getRequest().getPath().pathWithinApplication();
		List<Match> matches = new ArrayList<>();
		addMatches(index.atPath(path), matches, exchange);
		if (matches.isEmpty()) {
			Set<Mapped> candidates = index.candidates(path);
			addMatches(candidates, matches, exchange);
			if (matches.isEmpty()) {
				Set<RequestMappingInfo> mappings = new LinkedHashSet<>();
				candidates.forEach((candidate) -> mappings.add(candidate.mapping()));
				return handleNoMatch(mappings, exchange);
			}
		}
		if (matches.size() > 1) {
			if (CorsUtils.isPreFlightRequest(exchange.getRequest())
					&& matches.stream().allMatch((match) -> hasCorsConfiguration(match.mapped()))) {
				return ambiguousPreflight(matches, exchange);
			}
			if (!putBestFirst(matches, exchange)) {
				return super.lookupHandlerMethod(exchange);
			}
		}
		Match best = matches.get(0);
		handleMatch(best.mapping(), best.method(), exchange);
		return best.method();
	}

	private void addMatches(Set<Mapped> candidates, List<Match> target, ServerWebExchange exchange) {
		for (Mapped candidate : candidates) {
			RequestMappingInfo match = getMatchingMapping(candidate.mapping(), exchange);
			if (match != null) {
				target.add(new Match(match, candidate));
			}
		}
	}

	/**
	 * Sorts what matches a request.
	 * @return {@code false} if that does not decide: WebFlux refuses what is ambiguous,
	 * or takes what comes first among all mappings
	 */
	private boolean putBestFirst(List<Match> matches, ServerWebExchange exchange) {
		Comparator<Match> comparator = Comparator.comparing(Match::mapping, getMappingComparator(exchange));
		matches.sort(comparator);
		return comparator.compare(matches.get(0), matches.get(1)) != 0;
	}

	/**
	 * Returns whether a method had a configuration of CORS when it was mapped.
	 */
	private boolean hasCorsConfiguration(Mapped mapped) {
		HandlerMethod method = mapped.method();
		return initCorsConfiguration(method.getBean(), method.getMethod(), mapped.mapping()) != null;
	}

	private @Nullable HandlerMethod ambiguousPreflight(List<Match> matches, ServerWebExchange exchange)
			throws Exception {
		HandlerMethod known = this.ambiguousPreflight;
		if (known != null) {
			return known;
		}
		HandlerMethod answer = super.lookupHandlerMethod(exchange);
		if (matches.stream().noneMatch((match) -> match.method() == answer)) {
			this.ambiguousPreflight = answer;
		}
		return answer;
	}

	/**
	 * A method, and to what it is mapped.
	 */
	private record Mapped(RequestMappingInfo mapping, HandlerMethod method) {

	}

	/**
	 * A method, and what matches a request of that to which it is mapped.
	 */
	private record Match(RequestMappingInfo mapping, Mapped mapped) {

		HandlerMethod method() {
			return this.mapped.method();
		}

	}

	/**
	 * All methods at one time, by their paths.
	 */
	private static final class Index {

		private final Map<String, Set<Mapped>> byPath = new HashMap<>();

		private final PathPatternIndex<Mapped> byPattern = new PathPatternIndex<>();

		Index(Map<RequestMappingInfo, HandlerMethod> methods) {
			methods.forEach((mapping, method) -> {
				Mapped mapped = new Mapped(mapping, method);
				for (String path : mapping.getDirectPaths()) {
					this.byPath.computeIfAbsent(path, (each) -> new LinkedHashSet<>()).add(mapped);
				}
				for (PathPattern pattern : mapping.getPatternsCondition().getPatterns()) {
					this.byPattern.add(pattern, mapped);
				}
			});
		}

		/**
		 * Returns those of which the path is no pattern: if one of them matches, WebFlux
		 * looks at no pattern.
		 */
		Set<Mapped> atPath(PathContainer path) {
			return this.byPath.getOrDefault(path.value(), Set.of());
		}

		Set<Mapped> candidates(PathContainer path) {
			return this.byPattern.find(path);
		}

	}

}
