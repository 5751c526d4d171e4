package io.natsproxy.client.autoconfigure;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

import org.springframework.context.ApplicationContext;
import org.springframework.util.StringUtils;
import org.springframework.web.reactive.result.method.RequestMappingInfoHandlerMapping;

/**
 * Finds the paths at which an application serves its actuator beside everything else. An
 * actuator with a port of its own has a context of its own, and none of these.
 */
class ActuatorPaths {

	/**
	 * Package of the mappings of endpoints, of additional paths of health groups and of
	 * Cloud Foundry's. Their classes need not be on the class path.
	 */
	private static final String PACKAGE = "org.springframework.boot.webflux.actuate.endpoint.web";

	private final ApplicationContext context;

	ActuatorPaths(ApplicationContext context) {
		this.context = context;
	}

	/**
	 * Returns path patterns that match all requests to the actuator.
	 */
	Collection<String> patterns() {
		Set<String> patterns = new LinkedHashSet<>();
		String application = path("spring.webflux.base-path", "");
		this.context.getBeansOfType(RequestMappingInfoHandlerMapping.class).values().forEach((mapping) -> {
			if (isActuator(mapping.getClass())) {
				mapping.getHandlerMethods()
					.keySet()
					.forEach((info) -> info.getPatternsCondition()
						.getPatterns()
						.forEach((pattern) -> patterns.add(application + pattern.getPatternString())));
			}
		});
		String base = path("management.endpoints.web.base-path", "/actuator");
		if (!patterns.isEmpty() && !base.isEmpty()) {
			String root = application + base;
			patterns.removeIf((pattern) -> pattern.equals(root) || pattern.startsWith(root + "/"));
			patterns.add(root + "/**");
		}
		return patterns;
	}

	private static boolean isActuator(Class<?> type) {
		for (Class<?> each = type; each != null; each = each.getSuperclass()) {
			if (each.getPackageName().equals(PACKAGE)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Returns the path that a property says, with a slash in front and none at the end.
	 */
	private String path(String property, String byDefault) {
		String path = StringUtils
			.trimTrailingCharacter(this.context.getEnvironment().getProperty(property, byDefault).trim(), '/');
		return (path.isEmpty() || path.startsWith("/")) ? path : "/" + path;
	}

}
