package io.natsproxy.servlet.autoconfigure;

import java.util.List;
import java.util.stream.Stream;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.boot.autoconfigure.NatsExchangesAutoConfiguration;
import io.natsproxy.boot.autoconfigure.ServiceName;
import io.natsproxy.boot.autoconfigure.ServiceSettings;
import io.natsproxy.boot.autoconfigure.SettingChecks;
import io.natsproxy.core.discovery.ServiceDescription;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.listener.NatsListenerOptions;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import io.natsproxy.jetty.NatsServerConnectorOptions;
import io.natsproxy.servlet.autoconfigure.ServletProperties.Mode;
import org.eclipse.jetty.server.Server;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jetty.JettyServerCustomizer;
import org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.servlet.ServletWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration of servlet applications whose requests come over NATS: Jetty gets a
 * connector for them, instead of or beside the one that has a port.
 */
@AutoConfiguration(after = NatsExchangesAutoConfiguration.class, before = JettyServletWebServerAutoConfiguration.class,
		beforeName = "org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration")
@ConditionalOnClass({ Server.class, JettyServletWebServerFactory.class })
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnBooleanProperty(name = "natsproxy.servlet.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ServletProperties.class)
public final class NatsServletAutoConfiguration {

	private static final SettingChecks CHECK = new SettingChecks("natsproxy.servlet");

	@Bean
	@ConditionalOnMissingBean(value = ServletWebServerFactory.class, search = SearchStrategy.CURRENT)
	JettyServletWebServerFactory natsJettyServletWebServerFactory(NatsExchanges exchanges, ServletProperties properties,
			StreamOptions streams, NatsWebSocketOptions webSockets, ObjectProvider<MessageFormat> format,
			Environment environment, ObjectProvider<JettyServerCustomizer> customizers, ServiceSettings settings,
			ObjectProvider<ServiceDescription> description, ConfigurableListableBeanFactory beans) {
		ExposedPaths paths = paths(properties, environment);
		NatsListenerOptions listener = listenerOptions(properties, streams, format, environment);
		ServiceDescription own = hasDescription(beans) ? description.getIfAvailable() : null;
		NatsServerConnectorOptions options = new NatsServerConnectorOptions(listener, paths.patterns(), paths,
				properties.forwardedHeaders(),
				CHECK.notNegative("shutdown-grace-period", properties.shutdownGracePeriod()), webSockets,
				settings.discovery((own != null) ? own : settings.description("natsproxy.servlet",
						listener.queueGroup(), properties.version(), properties.description(), properties.metadata())));
		NatsJettyWebServerFactory factory = new NatsJettyWebServerFactory(exchanges, options,
				properties.mode() == Mode.BESIDE);
		factory.getServerCustomizers().addAll(customizers.orderedStream().toList());
		return factory;
	}

	/**
	 * Whether there is a description that is not only the fallback of those services that
	 * are no servlet applications.
	 */
	private static boolean hasDescription(ConfigurableListableBeanFactory beans) {
		return Stream
			.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, ServiceDescription.class, true, false))
			.anyMatch(
					(name) -> !beans.containsBeanDefinition(name) || !beans.getMergedBeanDefinition(name).isFallback());
	}

	/**
	 * Fails the start of an application that makes its web server by itself, and to which
	 * nothing would come over NATS.
	 */
	@Bean
	static BeanFactoryPostProcessor natsproxyServletNeedsItsWebServer() {
		return (beanFactory) -> {
			List<String> factories = List
				.of(beanFactory.getBeanNamesForType(ServletWebServerFactory.class, true, false));
			if (!factories.contains("natsJettyServletWebServerFactory")) {
				throw new InvalidNatsSettingException(
						"The application has a web server factory of its own (" + String.join(", ", factories)
								+ "), whose servers receive nothing over NATS.",
						"Remove the bean, customize Jetty with a JettyServerCustomizer or a WebServerFactoryCustomizer, or set natsproxy.servlet.enabled=false.",
						null);
			}
		};
	}

	private static ExposedPaths paths(ServletProperties properties, Environment environment) {
		List<String> paths = properties.paths().stream().filter(StringUtils::hasText).toList();
		if (properties.mode() == Mode.INSTEAD) {
			return CHECK.made("paths",
					() -> new ExposedPaths(paths.isEmpty() ? List.of("/**") : paths, ActuatorPaths.NONE));
		}
		if (paths.isEmpty()) {
			throw new InvalidNatsSettingException(
					"natsproxy.servlet.paths is not set, but must be where natsproxy.servlet.mode is 'beside'.",
					"Set natsproxy.servlet.paths to the patterns of the paths that are to be reached over NATS, such as /orders/**.",
					null);
		}
		ActuatorPaths actuator = ActuatorPaths.of(environment);
		return CHECK.made("paths", () -> new ExposedPaths(paths, actuator));
	}

	private static NatsListenerOptions listenerOptions(ServletProperties properties, StreamOptions streams,
			ObjectProvider<MessageFormat> format, Environment environment) {
		int maxInFlight = CHECK.positive("max-in-flight", properties.maxInFlight());
		int maxStreams = CHECK.positive("max-streams", properties.maxStreams());
		int maxHeadSize = CHECK.bytes("max-head-size", properties.maxHeadSize(), 1);
		ServiceName name = ServiceName.of("natsproxy.servlet.name", properties.name(), environment);
		return InvalidNatsSettingException.check(name.property(), () -> new NatsListenerOptions(name.value(),
				maxInFlight, maxStreams, maxHeadSize, properties.verifySubject(), streams, format.getIfAvailable()));
	}

}
