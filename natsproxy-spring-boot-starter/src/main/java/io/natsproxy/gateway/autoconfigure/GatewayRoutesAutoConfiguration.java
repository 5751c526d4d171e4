package io.natsproxy.gateway.autoconfigure;

import java.util.List;
import java.util.Set;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.jetstream.JetStreams;
import io.natsproxy.core.jetstream.KeyValueBuckets;
import io.natsproxy.core.jetstream.ObjectStores;
import io.natsproxy.core.jetstream.StreamPublisher;
import io.natsproxy.gateway.GatewayHandler;
import io.natsproxy.gateway.declared.DeclaredRoutes;
import io.natsproxy.gateway.declared.NatsRoute;
import io.natsproxy.gateway.declared.NatsRouteLocator;
import io.natsproxy.gateway.declared.RouteHandlerFactory;
import io.natsproxy.gateway.declared.async.AsyncHandlers;
import io.natsproxy.gateway.declared.jetstream.JetStreamHandlers;
import io.natsproxy.gateway.declared.keyvalue.KeyValueHandlers;
import io.natsproxy.gateway.declared.object.ObjectStoreHandlers;
import io.natsproxy.gateway.declared.publish.PublishHandlers;
import io.natsproxy.gateway.declared.request.RequestHandlers;
import io.natsproxy.gateway.declared.subscribe.SubscribeHandlers;
import io.natsproxy.gateway.traffic.TrafficWatch;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.web.reactive.accept.ApiVersionStrategy;

/**
 * Auto-configuration of declared routes.
 */
@AutoConfiguration(after = GatewayAutoConfiguration.class)
@ConditionalOnBean(GatewayHandler.class)
@EnableConfigurationProperties(GatewayRoutesProperties.class)
public final class GatewayRoutesAutoConfiguration {

	@Bean
	NatsRouteLocator natsproxyConfiguredRoutes(GatewayRoutesProperties properties,
			ObjectProvider<ApiVersionStrategy> versions) {
		List<NatsRoute> routes = RouteSettings.of(properties, versions.getIfAvailable());
		return () -> routes;
	}

	@Bean
	@ConditionalOnMissingBean
	DeclaredRoutes natsproxyDeclaredRoutes(GatewayHandler gateway,
			@Qualifier("natsproxyGatewayCaller") NatsCaller caller, ObjectProvider<NatsRouteLocator> locators,
			ObjectProvider<RouteHandlerFactory> factories, ObjectProvider<ApiVersionStrategy> versions,
			ObjectProvider<TrafficWatch> traffic, GatewayRoutesProperties properties) {
		List<NatsRoute> routes = locators.orderedStream().flatMap((locator) -> locator.routes().stream()).toList();
		routes.forEach((route) -> requireAllowed(route, properties.allowedTargets()));
		return InvalidNatsSettingException.check("natsproxy.gateway.routes",
				() -> new DeclaredRoutes(gateway, caller, routes, factories.orderedStream().toList(),
						versions.getIfAvailable(), GatewayAutoConfiguration.watched(traffic.getIfAvailable())));
	}

	private static void requireAllowed(NatsRoute route, @Nullable Set<String> allowed) {
		if (allowed != null && !allowed.contains(route.target().kind())) {
			throw new InvalidNatsSettingException(
					"Route '" + route + "' is not allowed: natsproxy.gateway.allowed-targets has " + allowed
							+ " and not '" + route.target().kind() + "'.",
					"Remove the route, or correct natsproxy.gateway.allowed-targets.", null);
		}
	}

	@Bean
	JetStreamWarning natsproxyJetStreamWarning(DeclaredRoutes routes, JetStreams jetStreams) {
		return new JetStreamWarning(routes, jetStreams);
	}

	@Bean
	@ConditionalOnMissingBean
	JetStreams natsproxyJetStreams(NatsExchanges exchanges, GatewayProperties properties) {
		return new JetStreams(exchanges, properties.timeout());
	}

	@Bean
	@ConditionalOnMissingBean
	StreamPublisher natsproxyStreamPublisher(JetStreams streams, NatsExchanges exchanges) {
		return new StreamPublisher(streams, exchanges);
	}

	@Bean
	@ConditionalOnMissingBean
	JetStreamHandlers natsproxyJetStreamHandlers(StreamPublisher publisher,
			@Qualifier("natsproxyGatewayCaller") NatsCaller caller) {
		return new JetStreamHandlers(publisher, caller);
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
	AsyncHandlers natsproxyAsyncHandlers(NatsExchanges exchanges, JetStreams jetStreams,
			@Qualifier("natsproxyGatewayCaller") NatsCaller caller) {
		return new AsyncHandlers(exchanges, jetStreams, caller);
	}

	@Bean
	@ConditionalOnMissingBean
	KeyValueBuckets natsproxyKeyValueBuckets(JetStreams streams) {
		return new KeyValueBuckets(streams);
	}

	/**
	 * Ends watches before the web server waits for its last responses: they have no end.
	 */
	@Bean
	ApplicationListener<ContextClosedEvent> natsproxyKeyValueWatchesEnd(KeyValueBuckets buckets,
			ApplicationContext context) {
		return (event) -> {
			if (event.getApplicationContext() == context) {
				buckets.close();
			}
		};
	}

	@Bean
	@ConditionalOnMissingBean
	KeyValueHandlers natsproxyKeyValueHandlers(KeyValueBuckets buckets,
			@Qualifier("natsproxyGatewayCaller") NatsCaller caller) {
		return new KeyValueHandlers(buckets, caller);
	}

	@Bean
	@ConditionalOnMissingBean
	SubscribeHandlers natsproxySubscribeHandlers(NatsExchanges exchanges,
			@Qualifier("natsproxyGatewayCaller") NatsCaller caller, JetStreams jetStreams) {
		return new SubscribeHandlers(exchanges, caller, jetStreams);
	}

	@Bean
	@ConditionalOnMissingBean
	ObjectStores natsproxyObjectStores(JetStreams streams) {
		return new ObjectStores(streams);
	}

	@Bean
	@ConditionalOnMissingBean
	ObjectStoreHandlers natsproxyObjectStoreHandlers(ObjectStores stores) {
		return new ObjectStoreHandlers(stores);
	}

}
