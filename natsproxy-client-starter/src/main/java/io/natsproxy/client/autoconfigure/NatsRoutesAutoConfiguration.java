package io.natsproxy.client.autoconfigure;

import io.natsproxy.webflux.annotation.NatsRoutes;
import io.natsproxy.webflux.server.NatsRoutesPostProcessor;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration that keeps the routes of {@link NatsRoutes} from being served over
 * HTTP, whether they are served over NATS or not.
 */
@AutoConfiguration
public final class NatsRoutesAutoConfiguration {

	@Bean
	static NatsRoutesPostProcessor natsRoutesPostProcessor() {
		return new NatsRoutesPostProcessor();
	}

}
