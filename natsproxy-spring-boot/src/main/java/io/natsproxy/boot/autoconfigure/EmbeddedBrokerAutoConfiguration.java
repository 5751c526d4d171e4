package io.natsproxy.boot.autoconfigure;

import io.natsproxy.broker.BrokerOptions;
import io.natsproxy.broker.EmbeddedNatsBroker;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of the embedded broker with {@code natsproxy.embedded.enabled=true}.
 * Its connection details take the place of those from properties, so that the connection
 * is made after the broker has started. It stays away where something else offers
 * details, such as Testcontainers.
 */
@AutoConfiguration(before = NatsConnectionAutoConfiguration.class)
@ConditionalOnBooleanProperty("natsproxy.embedded.enabled")
@ConditionalOnMissingBean(NatsConnectionDetails.class)
@EnableConfigurationProperties(EmbeddedBrokerProperties.class)
public final class EmbeddedBrokerAutoConfiguration {

	/**
	 * The broker module is there.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(EmbeddedNatsBroker.class)
	static class BrokerConfiguration {

		private static final int MAX_PORT = 65535;

		@Bean(initMethod = "start", destroyMethod = "close")
		@ConditionalOnMissingBean
		EmbeddedNatsBroker embeddedNatsBroker(EmbeddedBrokerProperties properties) {
			SettingChecks check = new SettingChecks("natsproxy.embedded");
			BrokerOptions.Builder options = BrokerOptions.builder();
			check.made("host", () -> options.host(properties.host()).build());
			options.port(check.between("port", properties.port(), 0, MAX_PORT));
			int maxPayload = check.bytes("max-payload", properties.maxPayload(), 1);
			check.made("max-payload", () -> options.maxPayload(maxPayload).build());
			String user = properties.user();
			check.made((user != null) ? "password" : "user",
					() -> options.credentials(user, properties.password()).build());
			check.made("token", () -> options.token(properties.token()).build());
			return EmbeddedNatsBroker.create(options.build());
		}

		@Bean
		EmbeddedBrokerConnectionDetails embeddedBrokerConnectionDetails(EmbeddedNatsBroker broker) {
			return new EmbeddedBrokerConnectionDetails(broker);
		}

	}

	/**
	 * The broker module is missing.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("io.natsproxy.broker.EmbeddedNatsBroker")
	static class MissingBrokerConfiguration {

		@Bean
		NatsConnectionDetails missingBrokerConnectionDetails() {
			throw new InvalidNatsSettingException(
					"'natsproxy.embedded.enabled' is set, but the embedded broker is not on the class path.",
					"Add the dependency io.natsproxy:natsproxy-embedded-broker, or set natsproxy.embedded.enabled=false.",
					null);
		}

	}

}
