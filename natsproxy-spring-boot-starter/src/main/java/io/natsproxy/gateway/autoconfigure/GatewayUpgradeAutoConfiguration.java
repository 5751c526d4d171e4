package io.natsproxy.gateway.autoconfigure;

import io.natsproxy.gateway.GatewayHandler;
import io.natsproxy.gateway.client.ClientUpgrades;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the change to HTTP/2 on connections without TLS.
 */
@AutoConfiguration(after = GatewayAutoConfiguration.class)
@ConditionalOnClass(NettyReactiveWebServerFactory.class)
@ConditionalOnBean(GatewayHandler.class)
@ConditionalOnBooleanProperty("server.http2.enabled")
public final class GatewayUpgradeAutoConfiguration {

	@Bean
	WebServerFactoryCustomizer<NettyReactiveWebServerFactory> natsproxyUpgradesCustomizer() {
		return (factory) -> factory.addServerCustomizers(ClientUpgrades::applyTo);
	}

}
