package io.natsproxy.servlet.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;

import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * The paths of the actuator's endpoints on the port of the application.
 *
 * @param base the path below which they stand; empty if there are none
 */
record ActuatorPaths(String base) {

	private static final Pattern PARAMETERS = Pattern.compile(";[^/]*");

	private static final Pattern SLASHES = Pattern.compile("[/\\\\]+");

	/**
	 * No paths are those of the actuator.
	 */
	static final ActuatorPaths NONE = new ActuatorPaths("");

	private static final boolean ACTUATOR = ClassUtils.isPresent(
			"org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier", ActuatorPaths.class.getClassLoader());

	static ActuatorPaths of(Environment environment) {
		String managementPort = environment.getProperty("management.server.port");
		if (!ACTUATOR || (StringUtils.hasText(managementPort)
				&& !managementPort.equals(environment.getProperty("server.port", "8080")))) {
			return NONE;
		}
		String endpoints = trim(environment.getProperty("management.endpoints.web.base-path", "/actuator"));
		if (endpoints.isEmpty()) {
			throw new InvalidNatsSettingException(
					"management.endpoints.web.base-path is the root, where the endpoints of the actuator cannot be told from the paths of the application, so that natsproxy.servlet.paths could expose them.",
					"Set management.endpoints.web.base-path to a path of its own, or management.server.port to a port of its own.",
					null);
		}
		return new ActuatorPaths(trim(environment.getProperty("server.servlet.context-path", ""))
				+ trim(environment.getProperty("spring.mvc.servlet.path", "")) + endpoints);
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
		if (this.base.isEmpty()) {
			return false;
		}
		String decoded = StringUtils.uriDecode(PARAMETERS.matcher(path).replaceAll(""), StandardCharsets.UTF_8);
		String plain = PARAMETERS.matcher(SLASHES.matcher(decoded).replaceAll("/")).replaceAll("");
		return isBelowBase(plain.toLowerCase(Locale.ROOT), this.base.toLowerCase(Locale.ROOT));
	}

	private static boolean isBelowBase(String path, String base) {
		return path.equals(base) || path.startsWith(base + "/");
	}

	/**
	 * Tells whether a pattern names some of them, and so exposes them.
	 */
	boolean isNamedBy(String pattern) {
		String path = pattern.startsWith("/") ? pattern : "/" + pattern;
		return !this.base.isEmpty() && isBelowBase(path, this.base);
	}

}
