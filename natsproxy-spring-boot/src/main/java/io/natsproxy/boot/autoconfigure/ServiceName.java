package io.natsproxy.boot.autoconfigure;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * The name of a service, which is its queue group.
 *
 * @param value the name
 * @param property the property that says it
 */
public record ServiceName(String value, String property) {

	private static final Log logger = LogFactory.getLog(ServiceName.class);

	private static final String APPLICATION = "spring.application.name";

	private static final String DEFAULT = "natsproxy-service";

	/**
	 * Finds the name: that of a property, or else that of the application. One that has
	 * neither is named like all others, of which the log warns.
	 * @param property the name of the property
	 * @param value its value
	 * @param environment knows the name of the application
	 * @return the name
	 */
	public static ServiceName of(String property, @Nullable String value, Environment environment) {
		if (StringUtils.hasText(value)) {
			return new ServiceName(value, property);
		}
		String name = environment.getProperty(APPLICATION);
		if (StringUtils.hasText(name)) {
			return new ServiceName(name, APPLICATION);
		}
		logger.warn("The service has no name and joins the queue group '" + DEFAULT + "': set " + APPLICATION + " or "
				+ property + ", lest services of different kinds share it");
		return new ServiceName(DEFAULT, APPLICATION);
	}

}
