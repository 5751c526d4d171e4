package io.natsproxy.client.autoconfigure;

import io.micrometer.observation.ObservationRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.http.server.reactive.observation.DefaultServerRequestObservationConvention;
import org.springframework.http.server.reactive.observation.ServerRequestObservationConvention;

/**
 * Auto-configuration of the name of a service's observations, which Spring Boot reads
 * where there is a web server only.
 */
@AutoConfiguration(after = ObservationAutoConfiguration.class,
		afterName = "org.springframework.boot.webflux.autoconfigure.WebFluxObservationAutoConfiguration",
		before = NatsServiceAutoConfiguration.class)
@ConditionalOnClass(ObservationProperties.class)
@ConditionalOnBean(ObservationRegistry.class)
@EnableConfigurationProperties(ObservationProperties.class)
public final class NatsServiceObservationAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(ServerRequestObservationConvention.class)
	DefaultServerRequestObservationConvention natsproxyServerRequestObservationConvention(
			ObservationProperties properties) {
		return new DefaultServerRequestObservationConvention(properties.getHttp().getServer().getRequests().getName());
	}

}
