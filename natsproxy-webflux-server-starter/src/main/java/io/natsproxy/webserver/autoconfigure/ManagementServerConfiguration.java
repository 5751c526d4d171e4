package io.natsproxy.webserver.autoconfigure;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;

/**
 * The web server of a management context, which Spring Boot would not make beside that of
 * the application. Registered in that context, and in no other.
 */
@Configuration(proxyBeanMethods = false)
class ManagementServerConfiguration {

	@Bean
	NettyReactiveWebServerFactory managementWebServerFactory(ReactorResourceFactory resources,
			ObjectProvider<NettyServerCustomizer> customizers) {
		NettyReactiveWebServerFactory factory = new NettyReactiveWebServerFactory();
		factory.setResourceFactory(resources);
		factory.addServerCustomizers(customizers.orderedStream().toArray(NettyServerCustomizer[]::new));
		return factory;
	}

}
