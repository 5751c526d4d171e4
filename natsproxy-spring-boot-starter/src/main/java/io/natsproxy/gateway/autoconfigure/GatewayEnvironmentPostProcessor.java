package io.natsproxy.gateway.autoconfigure;

import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Lets the HTTP server read heads that are longer than the gateway's limits, so that the
 * gateway can refuse them with a problem body. An application's own settings win.
 */
class GatewayEnvironmentPostProcessor implements EnvironmentPostProcessor {

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		environment.getPropertySources()
			.addLast(new MapPropertySource("natsproxyGatewayDefaults", Map.of("server.netty.max-initial-line-length",
					"64KB", "server.max-http-request-header-size", "64KB")));
	}

}
