package io.natsproxy.gateway.autoconfigure;

import java.nio.file.Path;

import io.micrometer.core.instrument.MeterRegistry;
import io.natsproxy.boot.autoconfigure.SettingChecks;
import io.natsproxy.gateway.access.AccessFile;
import io.natsproxy.gateway.access.AccessLog;
import io.natsproxy.gateway.access.AccessSink;
import io.natsproxy.gateway.client.AccessConnections;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of the access log of a gateway.
 */
@AutoConfiguration(before = GatewayAutoConfiguration.class)
@ConditionalOnWebApplication(type = Type.REACTIVE)
@ConditionalOnClass(NettyReactiveWebServerFactory.class)
@ConditionalOnBooleanProperty(name = "natsproxy.gateway.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty("natsproxy.gateway.access-log.enabled")
@EnableConfigurationProperties(GatewayAccessLogProperties.class)
public final class GatewayAccessLogAutoConfiguration {

	private static final SettingChecks CHECK = new SettingChecks("natsproxy.gateway.access-log");

	@Bean
	@ConditionalOnMissingBean
	AccessLog natsproxyAccessLog(GatewayAccessLogProperties properties) {
		Path file = properties.file();
		return new AccessLog(properties.format(),
				(file != null) ? new AccessFile(file) : AccessSink.logger(properties.logger()),
				CHECK.positive("queue-size", properties.queueSize()));
	}

	@Bean
	WebServerFactoryCustomizer<NettyReactiveWebServerFactory> natsproxyAccessLogCustomizer(AccessLog log) {
		AccessConnections connections = new AccessConnections(log);
		return (factory) -> factory.addServerCustomizers(connections::applyTo);
	}

	/**
	 * Micrometer is there.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	static class MetricsConfiguration {

		@Bean
		@ConditionalOnMissingBean
		AccessLogMetrics natsproxyAccessLogMetrics(AccessLog log) {
			return new AccessLogMetrics(log);
		}

	}

}
