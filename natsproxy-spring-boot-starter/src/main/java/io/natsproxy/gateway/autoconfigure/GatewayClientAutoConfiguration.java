package io.natsproxy.gateway.autoconfigure;

import io.natsproxy.boot.autoconfigure.SettingChecks;
import io.natsproxy.gateway.GatewayHandler;
import io.natsproxy.gateway.RefusalRecorder;
import io.natsproxy.gateway.client.ClientConnections;
import io.natsproxy.gateway.client.ClientLimits;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of time-outs and limits of the connections of HTTP clients, for the
 * whole HTTP server.
 */
@AutoConfiguration(after = GatewayAutoConfiguration.class)
@ConditionalOnClass(NettyReactiveWebServerFactory.class)
@ConditionalOnBean(GatewayHandler.class)
@ConditionalOnBooleanProperty(name = "natsproxy.gateway.client.enabled", matchIfMissing = true)
public final class GatewayClientAutoConfiguration {

	private static final SettingChecks CHECK = new SettingChecks("natsproxy.gateway.client");

	@Bean
	ClientConnections natsproxyClientConnections(GatewayProperties properties, RefusalRecorder refusals) {
		GatewayProperties.Client client = properties.client();
		ClientLimits limits = new ClientLimits(CHECK.notNegative("head-timeout", client.headTimeout()),
				CHECK.notNegative("idle-timeout", client.idleTimeout()),
				CHECK.notNegative("min-request-rate", client.minRequestRate()),
				CHECK.notNegative("min-response-rate", client.minResponseRate()),
				CHECK.positive("rate-grace-period", client.rateGracePeriod()),
				CHECK.notNegative("max-header-fields", client.maxHeaderFields()),
				CHECK.notNegative("drain-timeout", client.drainTimeout()),
				CHECK.notNegative("drain-size", client.drainSize()));
		return new ClientConnections(limits, refusals);
	}

	@Bean
	WebServerFactoryCustomizer<NettyReactiveWebServerFactory> natsproxyClientConnectionsCustomizer(
			ClientConnections connections) {
		return (factory) -> factory.addServerCustomizers(connections::applyTo);
	}

}
