package io.natsproxy.agent.autoconfigure;

import io.natsproxy.agent.Agent;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the health of an agent's upstreams. It takes part in neither
 * liveness nor readiness: restarting the agent brings no upstream back.
 */
@AutoConfiguration(after = AgentAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnBean(Agent.class)
@ConditionalOnEnabledHealthIndicator("natsproxyAgent")
public final class AgentHealthContributorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "natsproxyAgentHealthIndicator")
	HealthContributor natsproxyAgentHealthIndicator(Agent agent) {
		return new AgentHealthIndicator(agent);
	}

}
