package io.natsproxy.gateway.autoconfigure;

import io.natsproxy.boot.autoconfigure.SettingChecks;
import io.natsproxy.gateway.GatewayHandler;
import io.natsproxy.gateway.RefusalRecorder;
import io.natsproxy.gateway.client.ClientConnections;
import io.natsproxy.gateway.client.ClientLimits;
import io.natsproxy.gateway.client.DateHandler;
import io.natsproxy.gateway.response.FieldRules;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of time-outs and limits of the connections of HTTP clients, for the
 * whole HTTP server. Without them, responses have their {@code Date} all the same.
 */
@AutoConfiguration(after = GatewayAutoConfiguration.class)
@ConditionalOnClass(NettyReactiveWebServerFactory.class)
@ConditionalOnBean(GatewayHandler.class)
public final class GatewayClientAutoConfiguration {

	private static final SettingChecks CHECK = new SettingChecks("natsproxy.gateway.client");

	@Bean
	@ConditionalOnBooleanProperty(name = "natsproxy.gateway.client.enabled", matchIfMissing = true)
	@ConditionalOnMissingBean
	ClientConnections natsproxyClientConnections(GatewayProperties properties, RefusalRecorder refusals,
			ObjectProvider<FieldRules> fieldRules) {
		GatewayProperties.Client client = properties.client();
		ClientLimits limits = new ClientLimits(CHECK.notNegative("head-timeout", client.headTimeout()),
				CHECK.notNegative("idle-timeout", client.idleTimeout()),
				CHECK.notNegative("min-request-rate", client.minRequestRate()),
				CHECK.notNegative("min-response-rate", client.minResponseRate()),
				CHECK.positive("rate-grace-period", client.rateGracePeriod()),
				CHECK.notNegative("max-header-fields", client.maxHeaderFields()),
				CHECK.notNegative("drain-timeout", client.drainTimeout()),
				CHECK.notNegative("drain-size", client.drainSize()),
				CHECK.notNegative("half-closed-timeout", client.halfClosedTimeout()));
		FieldRules rules = fieldRules.getIfAvailable();
		return new ClientConnections(limits, refusals, (rules != null) ? rules::applyToRefusal : (fields) -> {
		});
	}

	@Bean
	WebServerFactoryCustomizer<NettyReactiveWebServerFactory> natsproxyClientConnectionsCustomizer(
			ObjectProvider<ClientConnections> connections) {
		ClientConnections limits = connections.getIfAvailable();
		return (factory) -> factory
			.addServerCustomizers((limits != null) ? limits::applyTo : new DateHandler()::applyTo);
	}

}
