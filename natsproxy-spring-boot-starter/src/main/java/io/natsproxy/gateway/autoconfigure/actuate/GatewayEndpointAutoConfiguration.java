package io.natsproxy.gateway.autoconfigure.actuate;

import io.natsproxy.boot.actuate.NatsproxyEndpoint;
import io.natsproxy.boot.actuate.NatsproxyEndpointContributor;
import io.natsproxy.boot.autoconfigure.management.ManagementProperties;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.management.ManagementReader;
import io.natsproxy.core.websocket.gateway.GatewayWebSockets;
import io.natsproxy.gateway.GatewayHandler;
import io.natsproxy.gateway.autoconfigure.GatewayAutoConfiguration;
import io.natsproxy.gateway.autoconfigure.GatewayWebSocketAutoConfiguration;
import io.natsproxy.gateway.declared.DeclaredRoutes;
import io.natsproxy.gateway.route.RouteTable;
import reactor.core.scheduler.Schedulers;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of what a gateway adds to the endpoint {@code natsproxy}, and of the
 * endpoint {@code gateway}, where they are exposed.
 */
@AutoConfiguration(after = { GatewayAutoConfiguration.class, GatewayWebSocketAutoConfiguration.class })
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean(GatewayHandler.class)
public final class GatewayEndpointAutoConfiguration {

	/**
	 * What a gateway adds to the endpoint {@code natsproxy}.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnAvailableEndpoint(NatsproxyEndpoint.class)
	@EnableConfigurationProperties(ManagementProperties.class)
	static class NatsproxyConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "natsproxyGatewayContributor")
		@Order(100)
		NatsproxyEndpointContributor natsproxyGatewayContributor(@Qualifier("natsproxyGatewayCaller") NatsCaller caller,
				ObjectProvider<RouteTable> routes, ObjectProvider<DeclaredRoutes> declared,
				ObjectProvider<GatewayWebSockets> sockets) {
			return new GatewayContributor(caller, routes.getIfAvailable(), declared.getIfAvailable(),
					sockets.getIfAvailable());
		}

		@Bean(destroyMethod = "close")
		@ConditionalOnMissingBean
		ManagementReader natsproxyManagementReader(NatsExchanges exchanges) {
			return new ManagementReader(exchanges, Schedulers.parallel());
		}

		@Bean
		@ConditionalOnMissingBean
		ServicesExtension natsproxyServicesExtension(ManagementReader reader, ObjectProvider<RouteTable> routes,
				ManagementProperties properties, ObjectProvider<PathMappedEndpoints> paths, Environment environment) {
			ManagementAddress address = new ManagementAddress(properties.target(), paths, environment);
			return new ServicesExtension(routes.getIfAvailable(), reader,
					new PrometheusTargets(address::target, () -> address.path(NatsproxyEndpoint.ID)));
		}

	}

	/**
	 * The endpoint {@code gateway}, unless Spring Cloud Gateway has its own.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("org.springframework.cloud.gateway.actuate.AbstractGatewayControllerEndpoint")
	@ConditionalOnAvailableEndpoint(GatewayEndpoint.class)
	static class RoutesConfiguration {

		@Bean
		@ConditionalOnMissingBean
		GatewayEndpoint natsproxyGatewayEndpoint(ObjectProvider<RouteTable> routes,
				ObjectProvider<DeclaredRoutes> declared) {
			return new GatewayEndpoint(routes.getIfAvailable(), declared.getIfAvailable());
		}

	}

}
