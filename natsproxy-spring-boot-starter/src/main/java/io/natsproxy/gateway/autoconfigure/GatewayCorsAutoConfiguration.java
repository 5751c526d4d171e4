package io.natsproxy.gateway.autoconfigure;

import java.util.Objects;

import io.natsproxy.gateway.GatewayHandler;
import io.natsproxy.gateway.cors.GatewayCors;
import io.natsproxy.gateway.cors.GatewayCorsProcessor;
import io.natsproxy.gateway.headers.ForwardedHeaders;
import io.natsproxy.gateway.headers.OwnOrigin;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.web.cors.reactive.CorsConfigurationSource;
import org.springframework.web.cors.reactive.CorsProcessor;

/**
 * Auto-configuration that shows the CORS configuration of the gateway to Spring Security,
 * which takes the only bean of this type for its {@code cors()}, and its processor.
 */
@AutoConfiguration(after = GatewayAutoConfiguration.class,
		beforeName = "org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration")
@ConditionalOnBean(GatewayHandler.class)
@Conditional(CorsSettings.class)
public final class GatewayCorsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(CorsConfigurationSource.class)
	GatewayCors natsproxyCorsConfigurationSource(GatewayProperties properties) {
		return new GatewayCors(Objects.requireNonNull(CorsSettings.configuration(properties.cors())));
	}

	@Bean
	@ConditionalOnMissingBean(CorsProcessor.class)
	GatewayCorsProcessor natsproxyCorsProcessor(ForwardedHeaders forwardedHeaders) {
		return new GatewayCorsProcessor(new OwnOrigin(forwardedHeaders));
	}

}
