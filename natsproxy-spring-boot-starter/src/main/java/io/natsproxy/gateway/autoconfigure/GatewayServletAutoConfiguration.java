package io.natsproxy.gateway.autoconfigure;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.boot.autoconfigure.NatsConnectionAutoConfiguration;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration that fails the start of a Spring MVC application with this starter:
 * the gateway is one of WebFlux, and nothing would go to NATS.
 */
@AutoConfiguration(before = NatsConnectionAutoConfiguration.class)
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnBooleanProperty(name = "natsproxy.gateway.enabled", matchIfMissing = true)
public final class GatewayServletAutoConfiguration {

	@Bean
	static BeanFactoryPostProcessor natsproxyGatewayNeedsWebFlux() {
		throw new InvalidNatsSettingException(
				"The starter of the gateway (natsproxy-spring-boot-starter) is on the class path of a Spring MVC application, where no request would go to NATS: the gateway needs Spring WebFlux.",
				"Set spring.main.web-application-type=reactive, or replace spring-boot-starter-webmvc by the gateway's starter alone. To call services or to be one, use natsproxy-client-starter. To keep the starter without a gateway, set natsproxy.gateway.enabled=false.",
				null);
	}

}
