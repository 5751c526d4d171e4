package io.natsproxy.client.autoconfigure;

import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.webflux.client.NatsClientHttpConnector;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.http.client.autoconfigure.service.HttpServiceClientProperties;
import org.springframework.boot.http.client.autoconfigure.service.HttpServiceClientPropertiesAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.service.HttpServiceClientAutoConfiguration;
import org.springframework.boot.webclient.autoconfigure.service.ReactiveHttpServiceClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.web.service.registry.HttpServiceProxyRegistry;
import org.springframework.web.service.registry.ImportHttpServices;

/**
 * Auto-configuration of HTTP service clients: the groups of {@link ImportHttpServices}
 * whose {@code spring.http.serviceclient.<group>.base-url} has the scheme {@code nats}
 * call over NATS.
 */
@AutoConfiguration(after = { NatsClientAutoConfiguration.class, HttpServiceClientPropertiesAutoConfiguration.class,
		HttpServiceClientAutoConfiguration.class, ReactiveHttpServiceClientAutoConfiguration.class })
@ConditionalOnBooleanProperty(name = "natsproxy.client.enabled", matchIfMissing = true)
@ConditionalOnBean({ HttpServiceProxyRegistry.class, HttpServiceClientProperties.class })
public final class NatsHttpServiceClientAutoConfiguration {

	@Bean
	NatsRestClientGroups natsRestClientGroups(HttpServiceClientProperties groups, ClientProperties properties,
			@Qualifier(NatsClientAutoConfiguration.QUALIFIER) ObjectProvider<NatsCaller> caller) {
		return new NatsRestClientGroups(new NatsServiceGroups(groups, NatsClientAutoConfiguration.timeout(properties)),
				(timeout) -> NatsClientAutoConfiguration.requestFactory(caller.getObject(), timeout));
	}

	@Bean
	NatsWebClientGroups natsWebClientGroups(HttpServiceClientProperties groups, ClientProperties properties,
			@Qualifier(NatsClientAutoConfiguration.QUALIFIER) ObjectProvider<NatsCaller> caller) {
		return new NatsWebClientGroups(new NatsServiceGroups(groups, NatsClientAutoConfiguration.timeout(properties)),
				(timeout) -> new NatsClientHttpConnector(caller.getObject(), timeout));
	}

}
