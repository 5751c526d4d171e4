package io.natsproxy.servlet.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * The paths of the actuator's endpoints on the port of the application, the additional
 * paths of health groups included.
 *
 * @param bases the paths at and below which they stand; empty if there are none
 */
record ActuatorPaths(List<String> bases) {

	private static final Pattern PARAMETERS = Pattern.compile(";[^/]*");

	private static final Pattern SLASHES = Pattern.compile("[/\\\\]+");

	/**
	 * No paths are those of the actuator.
	 */
	static final ActuatorPaths NONE = new ActuatorPaths(List.of());

	private static final boolean ACTUATOR = ClassUtils.isPresent(
			"org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier", ActuatorPaths.class.getClassLoader());

	static ActuatorPaths of(Environment environment) {
		if (!ACTUATOR) {
			return NONE;
		}
		String prefix = trim(environment.getProperty("server.servlet.context-path", ""))
				+ trim(environment.getProperty("spring.mvc.servlet.path", ""));
		// These stand on the port of the application even if the rest has another.
		List<String> bases = new ArrayList<>(additionalPaths(environment));
		String managementPort = environment.getProperty("management.server.port");
		if (!StringUtils.hasText(managementPort)
				|| managementPort.equals(environment.getProperty("server.port", "8080"))) {
			bases.add(endpoints(environment));
		}
		return new ActuatorPaths(bases.stream().map((base) -> prefix + base).toList());
	}

	private static String endpoints(Environment environment) {
		String endpoints = trim(environment.getProperty("management.endpoints.web.base-path", "/actuator"));
		if (endpoints.isEmpty()) {
			throw new InvalidNatsSettingException(
					"management.endpoints.web.base-path is the root, where the endpoints of the actuator cannot be told from the paths of the application, so that natsproxy.servlet.paths could expose them.",
					"Set management.endpoints.web.base-path to a path of its own, or management.server.port to a port of its own.",
					null);
		}
		return endpoints;
	}

	/**
	 * Returns the paths of health groups, as in {@code server:/healthz}.
	 */
	private static List<String> additionalPaths(Environment environment) {
		List<String> paths = new ArrayList<>();
		Binder.get(environment)
			.bind("management.endpoint.health.group", Bindable.mapOf(String.class, HealthGroup.class))
			.orElseGet(Map::of)
			.values()
			.forEach((group) -> {
				String path = group.additionalPath();
				if (StringUtils.hasText(path)) {
					paths.add(trim(path.substring(path.indexOf(':') + 1)));
				}
			});
		if (environment.getProperty("management.endpoint.health.probes.add-additional-paths", Boolean.class, false)) {
			paths.addAll(List.of("/livez", "/readyz"));
		}
		return paths;
	}

	private static String trim(String path) {
		String trimmed = StringUtils.trimTrailingCharacter(path.trim(), '/');
		return (trimmed.isEmpty() || trimmed.startsWith("/")) ? trimmed : "/" + trimmed;
	}

	/**
	 * Tells whether a path is one of them, in whatever way it may be read: encoded
	 * slashes, path parameters, doubled slashes and upper case make no difference.
	 * @throws IllegalArgumentException if the path cannot be decoded
	 */
	boolean contains(String path) {
		if (this.bases.isEmpty()) {
			return false;
		}
		String decoded = StringUtils.uriDecode(PARAMETERS.matcher(path).replaceAll(""), StandardCharsets.UTF_8);
		String plain = PARAMETERS.matcher(SLASHES.matcher(decoded).replaceAll("/")).replaceAll("");
		return isBelow(plain.toLowerCase(Locale.ROOT), (base) -> base.toLowerCase(Locale.ROOT));
	}

	private boolean isBelow(String path, UnaryOperator<String> reading) {
		return this.bases.stream().map(reading).anyMatch((base) -> path.equals(base) || path.startsWith(base + "/"));
	}

	/**
	 * Tells whether a pattern names some of them, and so exposes them.
	 */
	boolean isNamedBy(String pattern) {
		String path = pattern.startsWith("/") ? pattern : "/" + pattern;
		return isBelow(path, UnaryOperator.identity());
	}

	/**
	 * What counts of a health group.
	 *
	 * @param additionalPath its path beside that below the endpoint
	 */
	record HealthGroup(@Nullable String additionalPath) {

	}

}
