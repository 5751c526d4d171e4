package io.natsproxy.agent.autoconfigure;

import io.micrometer.observation.ObservationRegistry;
import io.natsproxy.agent.AgentObservations;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the observations of an agent's requests, which go on at the
 * upstreams where there is tracing.
 */
@AutoConfiguration(
		afterName = { "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
				"org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration" },
		before = AgentAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "natsproxy.agent.enabled", matchIfMissing = true)
@ConditionalOnBean(ObservationRegistry.class)
public final class AgentObservationAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnBean(type = "io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler")
	AgentObservations natsproxyTracedAgentObservations(ObservationRegistry registry) {
		return new AgentObservations(registry, true);
	}

	@Bean
	@ConditionalOnMissingBean
	AgentObservations natsproxyAgentObservations(ObservationRegistry registry) {
		return new AgentObservations(registry, false);
	}

}
