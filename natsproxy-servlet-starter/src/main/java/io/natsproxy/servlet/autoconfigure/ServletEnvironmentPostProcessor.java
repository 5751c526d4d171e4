package io.natsproxy.servlet.autoconfigure;

import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Leaves out of the log what tells of a port where there is none: the one line that
 * Spring Boot's factory writes by itself. An application's own settings win.
 */
class ServletEnvironmentPostProcessor implements EnvironmentPostProcessor {

	private static final String FACTORY_LOG_LEVEL = "logging.level.org.springframework.boot.jetty.servlet.JettyServletWebServerFactory";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (environment.getProperty("natsproxy.servlet.enabled", Boolean.class, true)
				&& "instead".equalsIgnoreCase(environment.getProperty("natsproxy.servlet.mode", "instead"))) {
			environment.getPropertySources()
				.addLast(new MapPropertySource("natsproxyServletDefaults", Map.of(FACTORY_LOG_LEVEL, "warn")));
		}
	}

}
