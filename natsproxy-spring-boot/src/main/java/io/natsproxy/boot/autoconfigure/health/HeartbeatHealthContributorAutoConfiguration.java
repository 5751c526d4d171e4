package io.natsproxy.boot.autoconfigure.health;

import io.natsproxy.boot.autoconfigure.NatsHeartbeatAutoConfiguration;
import io.natsproxy.boot.health.HeartbeatHealthIndicator;
import io.natsproxy.core.liveness.Heartbeat;

import org.springframework.boot.actuate.endpoint.web.AdditionalPathsMapper;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of the health of the threads that the heartbeat watches. It takes
 * part in the liveness of the application, and not in its readiness: only a restart
 * brings a thread back.
 */
@AutoConfiguration(after = NatsHeartbeatAutoConfiguration.class,
		afterName = "org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration")
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnBean(Heartbeat.class)
@ConditionalOnEnabledHealthIndicator("natsproxyThreads")
public final class HeartbeatHealthContributorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "natsproxyThreadsHealthIndicator")
	HeartbeatHealthIndicator natsproxyThreadsHealthIndicator(Heartbeat heartbeat) {
		return new HeartbeatHealthIndicator(heartbeat);
	}

	/**
	 * Membership in the liveness group of the health endpoint.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ AdditionalPathsMapper.class, HealthEndpointGroupsPostProcessor.class })
	static class LivenessConfiguration {

		@Bean
		static MembershipPostProcessor natsproxyLivenessPostProcessor(Environment environment) {
			return new MembershipPostProcessor("liveness", "natsproxyThreads", environment);
		}

	}

}
