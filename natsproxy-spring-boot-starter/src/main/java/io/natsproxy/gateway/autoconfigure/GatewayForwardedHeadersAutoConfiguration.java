package io.natsproxy.gateway.autoconfigure;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.gateway.GatewayHandler;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;

/**
 * Auto-configuration that leaves forwarded headers to the gateway: those of Reactor Netty
 * and of Spring believe everybody, and Spring Boot switches the former on in the cloud.
 */
@AutoConfiguration(after = GatewayAutoConfiguration.class)
@ConditionalOnBean(GatewayHandler.class)
public final class GatewayForwardedHeadersAutoConfiguration {

	private static final String STRATEGY = "server.forward-headers-strategy";

	@Bean
	InitializingBean natsproxyForwardedHeadersCheck(Environment environment,
			ObjectProvider<ForwardedHeaderTransformer> transformers) {
		return () -> {
			String strategy = Binder.get(environment).bind(STRATEGY, String.class).orElse("none");
			if (!strategy.equalsIgnoreCase("none")) {
				throw refusal(STRATEGY + " is " + strategy, "Remove " + STRATEGY);
			}
			if (transformers.stream().findAny().isPresent()) {
				throw refusal("There is a ForwardedHeaderTransformer bean", "Remove the bean");
			}
		};
	}

	private static InvalidNatsSettingException refusal(String what, String remedy) {
		return new InvalidNatsSettingException(
				what + ", which believes the X-Forwarded-* and Forwarded headers of every "
						+ "client, whatever natsproxy.gateway.trusted-proxies says.",
				remedy + ", and name the proxies in front of the gateway in natsproxy.gateway.trusted-proxies.", null);
	}

	/**
	 * The part for the server of Reactor Netty.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(NettyReactiveWebServerFactory.class)
	static final class NettyConfiguration {

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		WebServerFactoryCustomizer<NettyReactiveWebServerFactory> natsproxyForwardedHeadersCustomizer() {
			return (factory) -> factory.setUseForwardHeaders(false);
		}

	}

}
