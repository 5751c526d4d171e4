package io.natsproxy.boot.autoconfigure;

import java.util.stream.Stream;

import io.nats.client.Connection;
import io.nats.client.Options;
import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.format.MessageFormat;
import io.natsproxy.core.transport.jnats.GuardedDataPort;
import io.natsproxy.core.transport.netty.SharedEventLoops;
import io.natsproxy.core.transport.netty.TransportUnavailableException;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of the connection to NATS, unless the application has a
 * {@link Connection} bean of its own.
 */
@AutoConfiguration(after = SslAutoConfiguration.class)
@ConditionalOnClass(Connection.class)
@EnableConfigurationProperties({ NatsProperties.class, NatsproxyProperties.class })
public final class NatsConnectionAutoConfiguration {

	static final String ADVICE = "Start one, set natsproxy.nats.servers, or set natsproxy.embedded.enabled=true.";

	/**
	 * Our own connection. The connector closes it; consumers of the connection bean are
	 * destroyed before.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(Connection.class)
	static class OwnConnectionConfiguration {

		@Bean
		@ConditionalOnMissingBean(NatsConnectionDetails.class)
		PropertiesNatsConnectionDetails natsConnectionDetails(NatsProperties properties,
				ObjectProvider<SslBundles> sslBundles) {
			return new PropertiesNatsConnectionDetails(properties, sslBundles.getIfAvailable());
		}

		@Bean(destroyMethod = "close")
		@ConditionalOnMissingBean
		NatsConnector natsConnector(NatsProperties properties, NatsConnectionDetails details,
				ObjectProvider<NatsOptionsCustomizer> customizers, ObjectProvider<MessageFormat> formats,
				ObjectProvider<SharedEventLoops> eventLoops, Environment environment) {
			NatsOptionsFactory factory = new NatsOptionsFactory(properties, details,
					environment.getProperty("spring.application.name"), customizers.orderedStream().toList());
			SharedEventLoops shared = eventLoops.getIfAvailable();
			NatsConnector connector = (shared != null) ? new NatsConnector("nats", ADVICE, shared)
					: new NatsConnector("nats", ADVICE, properties.eventLoop().transport());
			try {
				Options.Builder builder = connector.options();
				if (properties.transport() == NatsProperties.Transport.JNATS) {
					builder.dataPortType(GuardedDataPort.class.getName());
				}
				if (formats.stream().findAny().isPresent()) {
					// Subjects of others need not be ASCII; natsproxy's own are.
					builder.supportUTF8Subjects();
				}
				Options options = factory.create(builder);
				if (properties.failFast()) {
					connector.connectNow(options);
				}
				else {
					connector.connect(options,
							new SettingChecks("natsproxy.nats").notNegative("startup-wait", properties.startupWait()));
				}
				return connector;
			}
			catch (TransportUnavailableException ex) {
				connector.close();
				throw InvalidNatsSettingException.unavailable(ex);
			}
			catch (RuntimeException ex) {
				connector.close();
				throw ex;
			}
		}

		@Bean(destroyMethod = "")
		Connection natsConnection(NatsConnector natsConnector) {
			return natsConnector.connection();
		}

	}

	/**
	 * The watchdogs. Come after the connection, so that it is there whoever made it.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = "natsproxy.nats.watchdog.enabled", matchIfMissing = true)
	static class WatchdogConfiguration {

		@Bean
		NatsWatchdogs natsWatchdogs(ObjectProvider<Connection> connections, ObjectProvider<NatsConnector> connectors,
				NatsProperties properties) {
			Stream<Connection> siblings = connectors.stream().flatMap((connector) -> connector.siblings().stream());
			return new NatsWatchdogs(Stream.concat(connections.stream(), siblings).toList(), properties.watchdog());
		}

	}

}
