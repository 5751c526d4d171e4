package io.natsproxy.boot.autoconfigure.actuate;

import io.nats.client.Connection;
import io.natsproxy.boot.actuate.NatsproxyInfoContributor;
import io.natsproxy.boot.autoconfigure.NatsConnectionAutoConfiguration;

import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of what the endpoint {@code info} tells of natsproxy;
 * {@code management.info.natsproxy.enabled=false} switches it off.
 */
@AutoConfiguration(after = NatsConnectionAutoConfiguration.class,
		afterName = "org.springframework.boot.actuate.autoconfigure.info.InfoContributorAutoConfiguration")
@ConditionalOnClass({ Connection.class, ConditionalOnEnabledInfoContributor.class })
@ConditionalOnSingleCandidate(Connection.class)
@ConditionalOnEnabledInfoContributor("natsproxy")
public final class NatsproxyInfoAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	NatsproxyInfoContributor natsproxyInfoContributor(Connection connection) {
		return new NatsproxyInfoContributor(connection);
	}

}
