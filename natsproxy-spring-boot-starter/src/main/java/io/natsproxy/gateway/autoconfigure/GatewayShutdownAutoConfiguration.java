package io.natsproxy.gateway.autoconfigure;

import io.natsproxy.boot.autoconfigure.SettingChecks;
import io.natsproxy.gateway.GatewayHandler;
import io.natsproxy.gateway.shutdown.ConnectionShutdown;
import io.natsproxy.gateway.shutdown.OpenConnections;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the end of clients' connections, where the HTTP server is Reactor
 * Netty and shuts down gracefully.
 */
@AutoConfiguration(after = GatewayAutoConfiguration.class)
@ConditionalOnClass(NettyReactiveWebServerFactory.class)
@ConditionalOnBean(GatewayHandler.class)
@ConditionalOnProperty(name = "server.shutdown", havingValue = "graceful", matchIfMissing = true)
public final class GatewayShutdownAutoConfiguration {

	private static final SettingChecks CHECK = new SettingChecks("natsproxy.gateway");

	@Bean
	@ConditionalOnMissingBean
	OpenConnections natsproxyOpenConnections() {
		return new OpenConnections();
	}

	@Bean
	WebServerFactoryCustomizer<NettyReactiveWebServerFactory> natsproxyOpenConnectionsCustomizer(
			OpenConnections connections) {
		return (factory) -> factory.addServerCustomizers(connections::applyTo);
	}

	@Bean
	@ConditionalOnMissingBean
	ConnectionShutdown natsproxyConnectionShutdown(OpenConnections connections, GatewayProperties properties) {
		return new ConnectionShutdown(connections, CHECK.notNegative("shutdown-linger", properties.shutdownLinger()));
	}

}
