package io.natsproxy.gateway.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;
import io.natsproxy.gateway.RefusalRecorder;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the metrics of a gateway, where there is a registry of
 * Micrometer.
 */
@AutoConfiguration(
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
		before = GatewayAutoConfiguration.class)
@ConditionalOnWebApplication(type = Type.REACTIVE)
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
@ConditionalOnBooleanProperty(name = "natsproxy.gateway.enabled", matchIfMissing = true)
public final class GatewayMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	RefusalRecorder natsproxyRefusalRecorder(MeterRegistry registry) {
		return new MeterRefusalRecorder(registry);
	}

}
