package io.natsproxy.boot.autoconfigure.actuate;

import io.natsproxy.boot.actuate.ConnectionContributor;
import io.natsproxy.boot.actuate.NatsproxyEndpoint;
import io.natsproxy.boot.actuate.NatsproxyEndpointContributor;
import io.natsproxy.boot.autoconfigure.NatsExchangesAutoConfiguration;
import io.natsproxy.core.exchange.NatsExchanges;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration of the endpoint {@code natsproxy}, where it is exposed.
 */
@AutoConfiguration(after = NatsExchangesAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean(NatsExchanges.class)
@ConditionalOnAvailableEndpoint(NatsproxyEndpoint.class)
public final class NatsproxyEndpointAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	NatsproxyEndpoint natsproxyEndpoint(ObjectProvider<NatsproxyEndpointContributor> contributors) {
		return new NatsproxyEndpoint(contributors.orderedStream().toList());
	}

	@Bean
	@ConditionalOnMissingBean
	@Order(0)
	ConnectionContributor natsproxyConnectionContributor(NatsExchanges exchanges) {
		return new ConnectionContributor(exchanges);
	}

}
