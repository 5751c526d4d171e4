package io.natsproxy.client.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.boot.autoconfigure.NatsExchangesAutoConfiguration;
import io.natsproxy.boot.autoconfigure.ServiceName;
import io.natsproxy.boot.autoconfigure.ServiceSettings;
import io.natsproxy.boot.autoconfigure.SettingChecks;
import io.natsproxy.client.openapi.ServiceDocuments;
import io.natsproxy.core.discovery.ServiceDescription;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import io.natsproxy.core.websocket.service.WebSocketAcceptor;
import io.natsproxy.webflux.server.NatsHandler;
import io.natsproxy.webflux.server.NatsHandlerFactory;
import io.natsproxy.webflux.server.NatsMiddleware;
import io.natsproxy.webflux.server.NatsServer;
import io.natsproxy.webflux.websocket.ExposedWebSocketPostProcessor;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.web.WebProperties;
import org.springframework.boot.autoconfigure.web.format.WebConversionService;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.core.env.Environment;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import org.springframework.web.server.i18n.AcceptHeaderLocaleContextResolver;
import org.springframework.web.server.i18n.FixedLocaleContextResolver;
import org.springframework.web.server.i18n.LocaleContextResolver;

/**
 * Auto-configuration of services: the NATS routes of the application are served for as
 * long as it runs.
 */
@AutoConfiguration(after = { NatsExchangesAutoConfiguration.class, CodecsAutoConfiguration.class },
		afterName = { "org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration",
				"org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration" })
@ConditionalOnBooleanProperty(name = "natsproxy.service.enabled", matchIfMissing = true)
@EnableConfigurationProperties({ ServiceProperties.class, WebProperties.class })
public final class NatsServiceAutoConfiguration {

	private static final SettingChecks CHECK = new SettingChecks("natsproxy.service");

	/**
	 * Bean of Spring Boot's own configuration of WebFlux.
	 */
	private static final String WEBFLUX_BEAN = "webFluxConversionService";

	/**
	 * The factory of the web server that is a NATS server, which then is not ours to
	 * start.
	 */
	private static final String WEB_SERVER = "io.natsproxy.webserver.NatsReactiveWebServerFactory";

	@Bean
	@ConditionalOnMissingBean
	BlockingExecutor natsproxyBlockingExecutor(ServiceProperties properties) {
		Integer threads = properties.blockingThreads();
		return new BlockingExecutor((threads != null) ? CHECK.positive("blocking-threads", threads) : null,
				CHECK.positive("max-in-flight", properties.maxInFlight()));
	}

	@Bean
	@ConditionalOnMissingBean
	WebSocketAcceptor natsproxySocketAcceptor(NatsExchanges exchanges, NatsWebSocketOptions options) {
		return new WebSocketAcceptor(exchanges, options);
	}

	/**
	 * Resolves the language of a request as Spring Boot does where there is a web server.
	 */
	@Bean(WebHttpHandlerBuilder.LOCALE_CONTEXT_RESOLVER_BEAN_NAME)
	@ConditionalOnMissingBean(name = WebHttpHandlerBuilder.LOCALE_CONTEXT_RESOLVER_BEAN_NAME)
	LocaleContextResolver natsproxyLocaleContextResolver(WebProperties properties) {
		Locale locale = properties.getLocale();
		if (locale != null && properties.getLocaleResolver() == WebProperties.LocaleResolver.FIXED) {
			return new FixedLocaleContextResolver(locale);
		}
		AcceptHeaderLocaleContextResolver resolver = new AcceptHeaderLocaleContextResolver();
		resolver.setDefaultLocale(locale);
		return resolver;
	}

	/**
	 * Has WebSockets of what is exposed accepted over NATS, too.
	 */
	@Bean
	@ConditionalOnMissingBean
	@Conditional(OnExposedPaths.class)
	static ExposedWebSocketPostProcessor natsproxyExposedWebSocketPostProcessor(
			ObjectProvider<WebSocketAcceptor> sockets) {
		return new ExposedWebSocketPostProcessor(sockets::getObject);
	}

	/**
	 * The server and its parts, unless the application has a {@link NatsServer} of its
	 * own.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(NatsServer.class)
	static class ServerConfiguration {

		@Bean
		@ConditionalOnMissingBean
		NatsListenerOptions natsListenerOptions(ServiceProperties properties, StreamOptions streams,
				ObjectProvider<MessageFormat> format, Environment environment) {
			int maxInFlight = CHECK.positive("max-in-flight", properties.maxInFlight());
			int maxStreams = CHECK.positive("max-streams", properties.maxStreams());
			int maxHeadSize = CHECK.bytes("max-head-size", properties.maxHeadSize(), 1);
			ServiceName name = ServiceName.of("natsproxy.service.name", properties.name(), environment);
			return InvalidNatsSettingException.check(name.property(),
					() -> new NatsListenerOptions(name.value(), maxInFlight, maxStreams, maxHeadSize,
							properties.verifySubject(), streams, format.getIfAvailable()));
		}

		@Bean
		@Fallback
		@ConditionalOnMissingBean
		ServiceDescription natsServiceDescription(NatsListenerOptions options, ServiceProperties properties,
				ServiceSettings settings) {
			return settings.description("natsproxy.service", options.queueGroup(), properties.version(),
					properties.description(), properties.metadata());
		}

		@Bean
		@ConditionalOnMissingBean
		NatsHandler natsHandler(ConfigurableApplicationContext context, ServiceProperties properties,
				BlockingExecutor blockingExecutor, WebSocketAcceptor sockets,
				ObjectProvider<WebFluxConfigurer> configurers, ObjectProvider<NatsMiddleware> middleware,
				Map<String, NatsMiddleware> middlewareByName) {
			WebFluxSettings settings = WebFluxSettings.of(context.getEnvironment());
			List<WebFluxConfigurer> all = new ArrayList<>();
			if (!context.containsBean(WEBFLUX_BEAN)) {
				all.add(new ServiceWebFluxConfigurer(context, settings));
			}
			configurers.orderedStream().forEach(all::add);
			return new NatsHandlerFactory(context, blockingExecutor.get(), sockets)
				.conversionService(new WebConversionService(new EmbeddedValueResolver(context.getBeanFactory()),
						settings.format().formatters()))
				.create(all, MiddlewareChain.of(middleware.orderedStream().toList(), middlewareByName,
						properties.middleware()));
		}

		@Bean
		NatsServerFactory natsServerFactory(ApplicationContext context, NatsExchanges exchanges,
				NatsListenerOptions options, NatsHandler handler, WebSocketAcceptor sockets,
				ServiceProperties properties, ServiceSettings settings, ServiceDescription description,
				ObjectProvider<ServiceDocuments> documents) {
			return new NatsServerFactory(context, exchanges, options, handler, sockets, properties,
					settings.discovery(description), documents.getIfAvailable());
		}

		@Bean
		@ConditionalOnMissingBean(type = WEB_SERVER)
		NatsServer natsServer(NatsServerFactory factory) {
			return factory.create();
		}

	}

}
