package io.natsproxy.boot.autoconfigure;

import java.util.List;

import io.nats.client.Connection;
import io.nats.client.Connection.Status;
import io.natsproxy.broker.EmbeddedNatsBroker;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class EmbeddedBrokerAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(EmbeddedBrokerAutoConfiguration.class, NatsConnectionAutoConfiguration.class))
		.withPropertyValues("natsproxy.embedded.port=0", "natsproxy.nats.servers=nats://127.0.0.1:1",
				"natsproxy.nats.fail-fast=true");

	@Test
	void theBrokerIsStartedBeforeTheConnectionWhichUsesItWhateverThePropertiesSay() {
		this.runner
			.withPropertyValues("natsproxy.embedded.enabled=true", "natsproxy.embedded.max-payload=2MB",
					"natsproxy.embedded.token=t")
			.run((context) -> {
				EmbeddedNatsBroker broker = context.getBean(EmbeddedNatsBroker.class);
				Connection connection = context.getBean(Connection.class);
				assertThat(broker.isRunning()).isTrue();
				assertThat(connection.getStatus()).isEqualTo(Status.CONNECTED);
				assertThat(connection.getConnectedUrl()).isEqualTo(broker.url());
				assertThat(connection.getMaxPayload()).isEqualTo(2 * 1024 * 1024);
			});
	}

	@Test
	void thereIsNoBrokerUnlessItIsEnabled() {
		this.runner.withPropertyValues("natsproxy.nats.fail-fast=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(EmbeddedNatsBroker.class));
	}

	@Test
	void otherConnectionDetailsKeepTheBrokerAway() {
		try (EmbeddedNatsBroker other = EmbeddedNatsBroker.create().start()) {
			this.runner.withPropertyValues("natsproxy.embedded.enabled=true")
				.withBean(NatsConnectionDetails.class, () -> () -> List.of(other.url()))
				.run((context) -> {
					assertThat(context).doesNotHaveBean(EmbeddedNatsBroker.class);
					assertThat(context.getBean(Connection.class).getConnectedUrl()).isEqualTo(other.url());
				});
		}
	}

}
