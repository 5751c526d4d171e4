package io.natsproxy.client.autoconfigure;

import io.natsproxy.webflux.server.NatsServer;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration that does not let a service start whose NATS routes Spring Security
 * does not protect although it is there. Spring Boot sets up reactive security, which
 * they need, in reactive web applications only.
 */
@AutoConfiguration(after = NatsServiceAutoConfiguration.class,
		afterName = "org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration")
@ConditionalOnClass(name = NatsSecurityAutoConfiguration.FILTER)
@ConditionalOnBean(NatsServer.class)
@ConditionalOnMissingBean(type = NatsSecurityAutoConfiguration.FILTER)
@ConditionalOnBooleanProperty(name = "natsproxy.service.require-security", matchIfMissing = true)
public final class NatsSecurityAutoConfiguration {

	/**
	 * The filter of reactive security.
	 */
	static final String FILTER = "org.springframework.security.web.server.WebFilterChainProxy";

	/**
	 * Refuses unprotected routes before the server starts.
	 */
	@Bean
	SmartInitializingSingleton natsproxySecurityCheck(NatsServer server) {
		return () -> {
			if (!server.getRoutes().isEmpty()) {
				throw new UnsecuredNatsRoutesException(server.getRoutes());
			}
		};
	}

}
