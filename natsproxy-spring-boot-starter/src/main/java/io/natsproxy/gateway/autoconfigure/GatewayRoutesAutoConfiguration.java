package io.natsproxy.gateway.autoconfigure;

import java.util.List;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.jetstream.JetStreams;
import io.natsproxy.gateway.GatewayHandler;
import io.natsproxy.gateway.declared.DeclaredRoutes;
import io.natsproxy.gateway.declared.NatsRoute;
import io.natsproxy.gateway.declared.NatsRouteLocator;
import io.natsproxy.gateway.declared.RouteHandlerFactory;
import io.natsproxy.gateway.declared.publish.PublishHandlers;
import io.natsproxy.gateway.declared.request.RequestHandlers;
import io.natsproxy.gateway.declared.subscribe.SubscribeHandlers;
import io.natsproxy.gateway.traffic.TrafficWatch;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.accept.ApiVersionStrategy;

/**
 * Auto-configuration of declared routes.
 */
@AutoConfiguration(after = GatewayAutoConfiguration.class)
@ConditionalOnBean(GatewayHandler.class)
@EnableConfigurationProperties(GatewayRoutesProperties.class)
public final class GatewayRoutesAutoConfiguration {

	@Bean
	NatsRouteLocator natsproxyConfiguredRoutes(GatewayRoutesProperties properties) {
		List<NatsRoute> routes = RouteSettings.of(properties);
		return () -> routes;
	}

	@Bean
	@ConditionalOnMissingBean
	DeclaredRoutes natsproxyDeclaredRoutes(GatewayHandler gateway,
			@Qualifier("natsproxyGatewayCaller") NatsCaller caller, ObjectProvider<NatsRouteLocator> locators,
			ObjectProvider<RouteHandlerFactory> factories, ObjectProvider<ApiVersionStrategy> versions,
			ObjectProvider<TrafficWatch> traffic) {
		List<NatsRoute> routes = locators.orderedStream().flatMap((locator) -> locator.routes().stream()).toList();
		return InvalidNatsSettingException.check("natsproxy.gateway.routes",
				() -> new DeclaredRoutes(gateway, caller, routes, factories.orderedStream().toList(),
						versions.getIfAvailable(), GatewayAutoConfiguration.watched(traffic.getIfAvailable())));
	}

	@Bean
	@ConditionalOnMissingBean
	JetStreams natsproxyJetStreams(NatsExchanges exchanges, GatewayProperties properties) {
		return new JetStreams(exchanges, properties.timeout());
	}

	@Bean
	@ConditionalOnMissingBean
	PublishHandlers natsproxyPublishHandlers(@Qualifier("natsproxyGatewayCaller") NatsCaller caller) {
		return new PublishHandlers(caller);
	}

	@Bean
	@ConditionalOnMissingBean
	RequestHandlers natsproxyRequestHandlers(@Qualifier("natsproxyGatewayCaller") NatsCaller caller,
			GatewayProperties properties) {
		return new RequestHandlers(caller, properties.timeout());
	}

	@Bean
	@ConditionalOnMissingBean
	SubscribeHandlers natsproxySubscribeHandlers(NatsExchanges exchanges,
			@Qualifier("natsproxyGatewayCaller") NatsCaller caller, JetStreams jetStreams) {
		return new SubscribeHandlers(exchanges, caller, jetStreams);
	}

}
