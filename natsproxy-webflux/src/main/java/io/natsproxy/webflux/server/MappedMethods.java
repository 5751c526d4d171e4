package io.natsproxy.webflux.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.natsproxy.webflux.websocket.WebSocketUpgradeCondition;

import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.util.pattern.PathPattern;

/**
 * The methods that are mapped to requests, among which no two may be mapped to the same:
 * WebFlux notices that at the start when all is equal, down to the names of path
 * variables, and else when a request comes. What is told apart by a condition on
 * parameters, headers, media types or versions is not the same.
 */
final class MappedMethods {

	private static final Set<String> GET = Set.of("GET");

	private final Map<String, List<MappedMethod>> byShape = new HashMap<>();

	/**
	 * Adds a method.
	 * @param mapping to what it is mapped
	 * @param description names it
	 * @throws AmbiguousNatsMappingException if another is mapped to the same
	 */
	void add(RequestMappingInfo mapping, String description) {
		Set<String> methods = mapping.getMethodsCondition()
			.getMethods()
			.stream()
			.map(Enum::name)
			.collect(Collectors.toUnmodifiableSet());
		for (PathPattern pattern : mapping.getPatternsCondition().getPatterns()) {
			MappedMethod added = new MappedMethod(mapping, methods, description);
			List<MappedMethod> others = this.byShape.computeIfAbsent(shape(pattern.getPatternString()),
					(shape) -> new ArrayList<>());
			others.stream()
				.filter((other) -> other.hasConditionsOf(mapping) && overlap(other.methods(), methods))
				.findFirst()
				.ifPresent((other) -> fail(methods, pattern.getPatternString(), other, description));
			others.add(added);
		}
	}

	/**
	 * Requires that a route which comes before all methods hides none of them.
	 * @param route the route, which takes all requests of its methods and path
	 * @param description names where it is
	 * @throws AmbiguousNatsMappingException if it hides one
	 */
	void requireNotHidden(NatsRoute route, String description) {
		for (MappedMethod method : this.byShape.getOrDefault(shape(route.pattern()), List.of())) {
			if (method.isWithoutConditions()
					&& (route.methods().isEmpty() || overlap(route.methods(), method.methods()))) {
				fail(route.methods(), route.pattern(), method, description);
			}
		}
	}

	/**
	 * Requires that a handler of WebSockets, which comes before all methods, hides none
	 * of them.
	 * @param pattern its path
	 * @param description names it
	 * @throws AmbiguousNatsMappingException if it hides one
	 */
	void requireNotHidden(String pattern, String description) {
		for (MappedMethod method : this.byShape.getOrDefault(shape(pattern), List.of())) {
			if (method.mapping().getCustomCondition() instanceof WebSocketUpgradeCondition) {
				fail(GET, pattern, method, description);
			}
		}
	}

	private static boolean overlap(Set<String> some, Set<String> others) {
		return (some.isEmpty() || others.isEmpty()) ? some.isEmpty() && others.isEmpty()
				: some.stream().anyMatch(others::contains);
	}

	private static void fail(Set<String> methods, String pattern, MappedMethod other, String description) {
		Set<String> both = new TreeSet<>(methods.isEmpty() ? other.methods() : methods);
		if (!other.methods().isEmpty()) {
			both.retainAll(other.methods());
		}
		throw new AmbiguousNatsMappingException(new NatsRoute(both, pattern).toString(), other.description(),
				description);
	}

	/**
	 * Returns a pattern without the names of its variables, which tell nothing apart.
	 */
	static String shape(String pattern) {
		StringBuilder shape = new StringBuilder();
		int depth = 0;
		boolean name = false;
		for (int i = 0; i < pattern.length(); i++) {
			char c = pattern.charAt(i);
			if (c == '}' && --depth == 0 || c == ':' && depth == 1) {
				name = false;
			}
			if (!name || c == '*') {
				shape.append(c);
			}
			if (c == '{' && ++depth == 1) {
				name = true;
			}
		}
		return shape.toString();
	}

	/**
	 * A method, and to what it is mapped.
	 */
	private record MappedMethod(RequestMappingInfo mapping, Set<String> methods, String description) {

		boolean hasConditionsOf(RequestMappingInfo other) {
			return conditions(this.mapping).equals(conditions(other));
		}

		boolean isWithoutConditions() {
			return this.mapping.getParamsCondition().isEmpty() && this.mapping.getHeadersCondition().isEmpty()
					&& this.mapping.getConsumesCondition().isEmpty() && this.mapping.getProducesCondition().isEmpty()
					&& this.mapping.getVersionCondition().isEmpty() && this.mapping.getCustomCondition() == null;
		}

		private static List<Object> conditions(RequestMappingInfo mapping) {
			Object custom = mapping.getCustomCondition();
			return List.of(mapping.getParamsCondition(), mapping.getHeadersCondition(), mapping.getConsumesCondition(),
					mapping.getProducesCondition(), mapping.getVersionCondition(), (custom != null) ? custom : "");
		}

	}

}
