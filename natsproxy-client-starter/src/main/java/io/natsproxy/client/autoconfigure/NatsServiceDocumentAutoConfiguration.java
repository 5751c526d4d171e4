package io.natsproxy.client.autoconfigure;

import io.natsproxy.client.openapi.MethodDocuments;
import io.natsproxy.client.openapi.ServiceDocuments;
import io.natsproxy.client.openapi.SpringdocDocuments;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of the OpenAPI document of a service: made by springdoc, where that
 * is on the class path, or else of the mappings.
 */
@AutoConfiguration(before = NatsServiceAutoConfiguration.class)
@ConditionalOnClass(name = "tools.jackson.databind.json.JsonMapper")
@ConditionalOnBooleanProperty(name = { "natsproxy.service.enabled", "natsproxy.service.openapi.enabled" },
		matchIfMissing = true)
public final class NatsServiceDocumentAutoConfiguration {

	private static final String SPRINGDOC = "org.springdoc.webflux.api.OpenApiResource";

	/**
	 * Documents by springdoc.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = SPRINGDOC)
	static class SpringdocConfiguration {

		@Bean
		@ConditionalOnMissingBean(ServiceDocuments.class)
		SpringdocDocuments natsSpringdocDocuments(ApplicationContext context) {
			return new SpringdocDocuments(context, new MethodDocuments(context));
		}

	}

	/**
	 * Documents without it.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass(SPRINGDOC)
	static class PlainConfiguration {

		@Bean
		@ConditionalOnMissingBean(ServiceDocuments.class)
		MethodDocuments natsServiceDocuments(ApplicationContext context) {
			return new MethodDocuments(context);
		}

	}

}
