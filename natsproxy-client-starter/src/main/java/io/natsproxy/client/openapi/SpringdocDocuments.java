package io.natsproxy.client.openapi;

import io.natsproxy.core.discovery.ServiceDescription;
import io.natsproxy.core.discovery.ServiceDocument;
import io.natsproxy.webflux.server.NatsHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springdoc.core.configuration.SpringDocConfiguration;
import org.springdoc.core.properties.SpringDocConfigProperties;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.web.context.reactive.GenericReactiveWebApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotatedBeanDefinitionReader;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.context.support.DelegatingMessageSource;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Has springdoc make documents, with all that an application tells it by annotations,
 * customizers and properties. What springdoc has for the application's own HTTP server is
 * left as it is: the routes of NATS are not served there.
 *
 * <p>
 * Springdoc configures itself for applications with a web server only. Where there is
 * none, its beans are made in a small context of their own, which sees the beans of the
 * application.
 */
public final class SpringdocDocuments implements ServiceDocuments {

	private static final Logger logger = LoggerFactory.getLogger(SpringdocDocuments.class);

	private final ApplicationContext context;

	private final ServiceDocuments otherwise;

	private final DocumentWriter writer;

	/**
	 * Creates the object.
	 * @param context the context of the application
	 * @param otherwise makes documents where springdoc is to make older ones
	 */
	public SpringdocDocuments(ApplicationContext context, ServiceDocuments otherwise) {
		this.context = context;
		this.otherwise = otherwise;
		this.writer = new DocumentWriter(context.getEnvironment());
	}

	@Override
	public @Nullable ServiceDocument make(ServiceDescription service, NatsHandler handler) {
		try (GenericReactiveWebApplicationContext springdoc = newContext()) {
			if (this.context.getBeanNamesForType(SpringDocConfiguration.class, false, false).length == 0) {
				new AnnotatedBeanDefinitionReader(springdoc)
					.register(SpringdocImport.SpringdocContextConfiguration.class);
			}
			springdoc.refresh();
			if (springdoc.getBeanProvider(SpringDocConfigProperties.class).getIfAvailable() == null) {
				// Switched off by springdoc's own property.
				return null;
			}
			byte[] content = new NatsOpenApiResource(springdoc, this.context, handler).document();
			ObjectNode document = (ObjectNode) JsonMapper.shared().readTree(content);
			if (!document.path("openapi").asString("").startsWith("3.1")) {
				logger.warn("Of service '{}' is told what its mappings say, and not what springdoc does:"
						+ " springdoc.api-docs.version is not openapi_3_1", service.name());
				return this.otherwise.make(service, handler);
			}
			return this.writer.write(document, service, handler);
		}
	}

	/**
	 * Returns a context that sees the beans of the application, and whose events the
	 * application does not see.
	 */
	private GenericReactiveWebApplicationContext newContext() {
		DefaultListableBeanFactory beans = new DefaultListableBeanFactory(this.context.getAutowireCapableBeanFactory());
		// Not the context itself, which would be stopped as one of the beans.
		DelegatingMessageSource messages = new DelegatingMessageSource();
		messages.setParentMessageSource(this.context);
		beans.registerSingleton(AbstractApplicationContext.MESSAGE_SOURCE_BEAN_NAME, messages);
		GenericReactiveWebApplicationContext context = new GenericReactiveWebApplicationContext(beans);
		ClassLoader loader = this.context.getClassLoader();
		if (loader != null) {
			context.setClassLoader(loader);
		}
		if (this.context.getEnvironment() instanceof ConfigurableEnvironment environment) {
			context.setEnvironment(environment);
		}
		return context;
	}

}
