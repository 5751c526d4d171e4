package io.natsproxy.webserver.autoconfigure;

import io.natsproxy.client.autoconfigure.NatsServerFactory;
import io.natsproxy.client.autoconfigure.NatsServiceAutoConfiguration;
import io.natsproxy.webflux.server.NatsServer;
import io.natsproxy.webserver.NatsReactiveWebServerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.web.server.autoconfigure.reactive.ReactiveWebServerConfiguration;
import org.springframework.boot.web.server.reactive.ReactiveWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration of NATS in place of the HTTP port of a WebFlux application. Where it
 * is switched off, or the application has a web server or a NATS server of its own, all
 * is as without it.
 */
@AutoConfiguration(before = { NettyReactiveWebServerAutoConfiguration.class, NatsServiceAutoConfiguration.class })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnBooleanProperty(name = "natsproxy.service.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(name = "natsproxy.service.web-server.enabled", matchIfMissing = true)
@ConditionalOnMissingBean({ ReactiveWebServerFactory.class, NatsServer.class })
@Import(ReactiveWebServerConfiguration.class)
public final class NatsWebServerAutoConfiguration {

	@Bean
	NatsServerHolder natsproxyServerHolder(ObjectProvider<NatsServerFactory> servers) {
		return new NatsServerHolder(servers);
	}

	@Bean
	NatsReactiveWebServerFactory natsReactiveWebServerFactory(NatsServerHolder holder) {
		return new NatsReactiveWebServerFactory(holder::server);
	}

}
