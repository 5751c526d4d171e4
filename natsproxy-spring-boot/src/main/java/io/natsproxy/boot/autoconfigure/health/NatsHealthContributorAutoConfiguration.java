package io.natsproxy.boot.autoconfigure.health;

import java.util.List;
import java.util.stream.Stream;

import io.nats.client.Connection;
import io.natsproxy.boot.autoconfigure.NatsConnectionAutoConfiguration;
import io.natsproxy.boot.autoconfigure.NatsExchangesAutoConfiguration;
import io.natsproxy.boot.health.NatsHealthIndicator;
import io.natsproxy.core.exchange.NatsExchanges;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.endpoint.web.AdditionalPathsMapper;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.autoconfigure.contributor.CompositeHealthContributorConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of the health of the NATS connection. It takes part in the readiness
 * of the application, and not in its liveness: restarting it brings no NATS server back.
 */
@AutoConfiguration(after = { NatsConnectionAutoConfiguration.class, NatsExchangesAutoConfiguration.class },
		afterName = "org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration")
@ConditionalOnClass({ Connection.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(Connection.class)
@ConditionalOnEnabledHealthIndicator("nats")
public final class NatsHealthContributorAutoConfiguration
		extends CompositeHealthContributorConfiguration<NatsHealthIndicator, Connection> {

	NatsHealthContributorAutoConfiguration(ObjectProvider<NatsExchanges> exchanges) {
		super((connection) -> new NatsHealthIndicator(connection,
				() -> refusedSubscriptions(connection, exchanges.stream())));
	}

	/**
	 * Returns what the server does not permit to a connection, nor to the further ones of
	 * its event loops.
	 */
	private static List<String> refusedSubscriptions(Connection connection, Stream<NatsExchanges> exchanges) {
		return exchanges.map(NatsExchanges::transport)
			.filter((transport) -> transport.connection() == connection)
			.flatMap((transport) -> Stream.concat(Stream.of(transport), transport.siblings().values().stream()))
			.distinct()
			.flatMap((transport) -> transport.refusedSubscriptions().stream())
			.distinct()
			.toList();
	}

	@Bean
	@ConditionalOnMissingBean(name = { "natsHealthIndicator", "natsHealthContributor" })
	HealthContributor natsHealthContributor(ConfigurableListableBeanFactory beanFactory) {
		return createContributor(beanFactory, Connection.class);
	}

	/**
	 * Membership in the readiness group of the health endpoint.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ AdditionalPathsMapper.class, HealthEndpointGroupsPostProcessor.class })
	@ConditionalOnBooleanProperty(name = "natsproxy.nats.readiness", matchIfMissing = true)
	static class ReadinessConfiguration {

		@Bean
		static MembershipPostProcessor natsReadinessPostProcessor(Environment environment) {
			return new MembershipPostProcessor("readiness", "nats", environment);
		}

	}

}
