package io.natsproxy.gateway.autoconfigure;

import io.micrometer.tracing.Tracer;
import io.natsproxy.boot.actuate.NatsproxyEndpoint;
import io.natsproxy.gateway.traffic.TraceIds;
import io.natsproxy.gateway.traffic.TrafficWatch;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of what watches requests while somebody looks at the page.
 */
@AutoConfiguration(before = GatewayAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration")
@ConditionalOnWebApplication(type = Type.REACTIVE)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBooleanProperty(name = "natsproxy.gateway.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty("natsproxy.gateway.page.enabled")
@ConditionalOnAvailableEndpoint(endpoint = NatsproxyEndpoint.class, exposure = EndpointExposure.WEB)
public final class GatewayTrafficAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	TrafficWatch natsproxyTrafficWatch(ObjectProvider<TraceIds> traceIds) {
		return new TrafficWatch(traceIds.getIfAvailable(() -> TraceIds.OF_CLIENTS));
	}

	/**
	 * Where there is tracing.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Tracer.class)
	@ConditionalOnBean(Tracer.class)
	static class TracingConfiguration {

		@Bean
		@ConditionalOnMissingBean(TraceIds.class)
		TracerTraceIds natsproxyTraceIds() {
			return new TracerTraceIds();
		}

	}

}
