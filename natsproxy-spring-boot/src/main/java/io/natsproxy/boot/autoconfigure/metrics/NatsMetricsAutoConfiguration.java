package io.natsproxy.boot.autoconfigure.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.natsproxy.boot.autoconfigure.NatsExchangesAutoConfiguration;
import io.natsproxy.core.memory.ByteBudget;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the metrics that gateway, services and callers have in common,
 * where there is a registry of Micrometer.
 */
@AutoConfiguration(after = NatsExchangesAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ MeterRegistry.class, ByteBudget.class })
public final class NatsMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	ByteBudgetMetrics natsproxyByteBudgetMetrics(ByteBudget budget) {
		return new ByteBudgetMetrics(budget);
	}

}
