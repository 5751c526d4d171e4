package io.natsproxy.client.openapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.natsproxy.webflux.server.RouteHandlers;

import org.springframework.context.ApplicationContext;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.method.RequestMappingInfo;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.pattern.PathPattern;

/**
 * The methods that a document describes: those of the NATS routes, and those of an
 * application of HTTP that are exposed.
 */
final class DescribedMethods {

	/**
	 * Those of springdoc answer requests for documents.
	 */
	private static final String SPRINGDOC = "org.springdoc.";

	private DescribedMethods() {
	}

	/**
	 * Returns the methods by their mappings.
	 * @param context has the mappings of the application
	 */
	static Map<RequestMappingInfo, HandlerMethod> of(ApplicationContext context, RouteHandlers handlers) {
		Map<RequestMappingInfo, HandlerMethod> methods = new LinkedHashMap<>(handlers.methods());
		if (handlers.exposed() != null) {
			context.getBeansOfType(RequestMappingHandlerMapping.class)
				.values()
				.forEach((mapping) -> mapping.getHandlerMethods().forEach(methods::putIfAbsent));
		}
		methods.values().removeIf((method) -> method.getBeanType().getName().startsWith(SPRINGDOC));
		return methods;
	}

	/**
	 * Returns the path patterns of a mapping, in order.
	 */
	static List<String> patterns(RequestMappingInfo mapping) {
		return mapping.getPatternsCondition()
			.getPatterns()
			.stream()
			.map(PathPattern::getPatternString)
			.sorted()
			.toList();
	}

}
