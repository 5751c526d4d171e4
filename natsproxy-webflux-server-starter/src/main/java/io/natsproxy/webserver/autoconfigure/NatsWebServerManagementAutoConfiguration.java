package io.natsproxy.webserver.autoconfigure;

import io.natsproxy.webserver.NatsReactiveWebServerFactory;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextFactory;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/**
 * Auto-configuration of a management port of its own: it is one of HTTP, where probes and
 * monitoring look for it, and its server is Reactor Netty.
 */
@AutoConfiguration(after = NatsWebServerAutoConfiguration.class)
@ConditionalOnClass({ ManagementContextFactory.class, NettyReactiveWebServerFactory.class })
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
@ConditionalOnBean(NatsReactiveWebServerFactory.class)
public final class NatsWebServerManagementAutoConfiguration {

	/**
	 * Comes before the one of Reactor Netty, which would make the application's kind of
	 * web server once more.
	 */
	@Bean
	@Primary
	static ManagementContextFactory natsproxyManagementContextFactory() {
		return new ManagementContextFactory(WebApplicationType.REACTIVE, NettyReactiveWebServerFactory.class,
				ManagementServerConfiguration.class, NettyReactiveWebServerAutoConfiguration.class);
	}

}
