package io.natsproxy.boot.autoconfigure.management;

import java.util.Collection;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.nats.client.Connection;
import io.natsproxy.boot.management.EndpointManagement;
import io.natsproxy.core.management.ServiceManagement;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.IncludeExcludeEndpointFilter;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointFilter;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.OperationFilter;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.ParameterValueMapper;
import org.springframework.boot.actuate.endpoint.jackson.EndpointJsonMapper;
import org.springframework.boot.actuate.endpoint.web.EndpointMediaTypes;
import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.actuate.endpoint.web.WebOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpointDiscoverer;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointWebExtension;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointProperties;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.health.registry.ReactiveHealthContributorRegistry;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of management endpoints that can be read over NATS: {@code health},
 * and {@code info} and {@code prometheus} where the application exposes them over the
 * web, or would if it had a web server. All others that it exposes are read only where
 * {@code natsproxy.management.enabled} says so, since nothing guards over NATS what
 * guards the way over HTTP.
 */
@AutoConfiguration(afterName = { "org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration",
		"org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration",
		"org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration" })
@ConditionalOnClass({ Connection.class, WebEndpointsSupplier.class, IncludeExcludeEndpointFilter.class,
		JsonMapper.class })
@ConditionalOnBooleanProperty(name = "natsproxy.management.enabled", matchIfMissing = true)
@Conditional(OnOpenEndpointsCondition.class)
@EnableConfigurationProperties(ManagementProperties.class)
public final class ServiceManagementAutoConfiguration {

	/**
	 * Endpoints that are meant for those who probe and scrape.
	 */
	private static final Set<EndpointId> HARMLESS = Set.of(EndpointId.of("health"), EndpointId.of("info"),
			EndpointId.of("prometheus"));

	@Bean
	@ConditionalOnMissingBean
	ServiceManagement natsproxyServiceManagement(ApplicationContext context, ManagementProperties properties,
			ObjectProvider<WebEndpointsSupplier> endpoints, ObjectProvider<EndpointJsonMapper> json) {
		boolean all = Boolean.TRUE.equals(properties.enabled());
		return new EndpointManagement(() -> {
			WebEndpointsSupplier supplier = endpoints.getIfAvailable();
			Collection<ExposableWebEndpoint> exposed = (supplier != null) ? supplier.getEndpoints() : discover(context);
			return exposed.stream().filter((endpoint) -> all || HARMLESS.contains(endpoint.getEndpointId())).toList();
		}, () -> {
			EndpointJsonMapper mapper = json.getIfAvailable();
			return (mapper != null) ? mapper.get() : plainMapper(context);
		});
	}

	/**
	 * Discovers the endpoints of an application without a web server as Spring Boot does
	 * those of one that has one.
	 */
	private static Collection<ExposableWebEndpoint> discover(ApplicationContext context) {
		EndpointFilter<ExposableWebEndpoint> exposed = new IncludeExcludeEndpointFilter<>(ExposableWebEndpoint.class,
				context.getEnvironment(), "management.endpoints.web.exposure",
				EndpointExposure.WEB.getDefaultIncludes());
		OperationFilter<WebOperation> accessible = OperationFilter
			.byAccess(context.getBean(EndpointAccessResolver.class));
		return new WebEndpointDiscoverer(context, context.getBean(ParameterValueMapper.class),
				EndpointMediaTypes.DEFAULT, List.of(), List.of(),
				context.getBeanProvider(OperationInvokerAdvisor.class).orderedStream().toList(), List.of(exposed),
				List.of(accessible))
			.getEndpoints();
	}

	private static JsonMapper plainMapper(ApplicationContext context) {
		return context.getBeanProvider(JsonMapper.class)
			.getIfAvailable(() -> JsonMapper.builder()
				.changeDefaultPropertyInclusion(
						(value) -> value.withValueInclusion(Include.NON_NULL).withContentInclusion(Include.NON_NULL))
				.build());
	}

	/**
	 * The health of an application without a web server as others may see it: with the
	 * groups and the status codes, and without details unless all are to see them.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnNotWebApplication
	@ConditionalOnClass({ HealthEndpointWebExtension.class, HealthEndpointProperties.class })
	@ConditionalOnBean(HealthEndpoint.class)
	@ConditionalOnAvailableEndpoint(endpoint = HealthEndpoint.class, exposure = EndpointExposure.WEB)
	static class HealthConfiguration {

		@Bean
		@ConditionalOnMissingBean
		HealthEndpointWebExtension natsproxyHealthWebExtension(HealthContributorRegistry registry,
				ObjectProvider<ReactiveHealthContributorRegistry> reactiveRegistry, HealthEndpointGroups groups,
				HealthEndpointProperties properties) {
			return new HealthEndpointWebExtension(registry, reactiveRegistry.getIfAvailable(), groups,
					properties.getLogging().getSlowIndicatorThreshold());
		}

	}

}
