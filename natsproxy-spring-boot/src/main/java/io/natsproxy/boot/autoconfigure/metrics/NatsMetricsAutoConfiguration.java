package io.natsproxy.boot.autoconfigure.metrics;

import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.nats.client.Connection;
import io.natsproxy.boot.autoconfigure.NatsExchangesAutoConfiguration;
import io.natsproxy.broker.EmbeddedNatsBroker;
import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.memory.ByteBudget;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of the metrics that gateway, services and callers have in common,
 * where there is a registry of Micrometer.
 */
@AutoConfiguration(after = NatsExchangesAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
public final class NatsMetricsAutoConfiguration {

	@Bean
	@ConditionalOnBean(ByteBudget.class)
	@ConditionalOnMissingBean
	ByteBudgetMetrics natsproxyByteBudgetMetrics(ByteBudget budget) {
		return new ByteBudgetMetrics(budget);
	}

	@Bean
	@ConditionalOnBean(Connection.class)
	@ConditionalOnMissingBean
	ConnectionMetrics natsproxyConnectionMetrics(ObjectProvider<Connection> connections,
			ObjectProvider<NatsConnector> connectors) {
		Stream<Connection> siblings = connectors.stream().flatMap((connector) -> connector.siblings().stream());
		return new ConnectionMetrics(Stream.concat(connections.stream(), siblings).toList());
	}

	@Bean
	@ConditionalOnBean(NatsExchanges.class)
	@ConditionalOnMissingBean
	ExchangeMetrics natsproxyExchangeMetrics(NatsExchanges exchanges) {
		return new ExchangeMetrics(exchanges);
	}

	@Bean
	@ConditionalOnBean(NatsExchanges.class)
	@ConditionalOnMissingBean
	StreamMetrics natsproxyStreamMetrics(NatsExchanges exchanges) {
		return new StreamMetrics(exchanges);
	}

	@Bean
	@ConditionalOnBean(NatsExchanges.class)
	@ConditionalOnMissingBean
	WebSocketMetrics natsproxyWebSocketMetrics(NatsExchanges exchanges) {
		return new WebSocketMetrics(exchanges);
	}

	/**
	 * The embedded broker is in this application.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(EmbeddedNatsBroker.class)
	static class BrokerConfiguration {

		@Bean
		@ConditionalOnBean(EmbeddedNatsBroker.class)
		@ConditionalOnMissingBean
		EmbeddedBrokerMetrics natsproxyEmbeddedBrokerMetrics(EmbeddedNatsBroker broker) {
			return new EmbeddedBrokerMetrics(broker);
		}

	}

}
