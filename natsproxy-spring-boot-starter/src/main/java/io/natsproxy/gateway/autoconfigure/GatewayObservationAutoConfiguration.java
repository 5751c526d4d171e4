package io.natsproxy.gateway.autoconfigure;

import io.micrometer.observation.ObservationRegistry;
import io.natsproxy.gateway.observation.ExchangeObserver;
import io.natsproxy.gateway.observation.MicrometerExchangeObserver;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of traces that go on over NATS, where there is tracing: without it,
 * observations would tell no more than those of the requests of clients do.
 */
@AutoConfiguration(
		afterName = { "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
				"org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration" },
		before = GatewayAutoConfiguration.class)
@ConditionalOnWebApplication(type = Type.REACTIVE)
@ConditionalOnBean(value = ObservationRegistry.class,
		type = "io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler")
@ConditionalOnBooleanProperty(name = "natsproxy.gateway.enabled", matchIfMissing = true)
public final class GatewayObservationAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ExchangeObserver natsproxyExchangeObserver(ObservationRegistry registry) {
		return new MicrometerExchangeObserver(registry);
	}

}
