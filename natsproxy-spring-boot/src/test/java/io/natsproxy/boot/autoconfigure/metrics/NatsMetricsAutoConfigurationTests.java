package io.natsproxy.boot.autoconfigure.metrics;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.natsproxy.boot.autoconfigure.EmbeddedBrokerAutoConfiguration;
import io.natsproxy.boot.autoconfigure.NatsConnectionAutoConfiguration;
import io.natsproxy.boot.autoconfigure.NatsExchangesAutoConfiguration;
import io.natsproxy.broker.EmbeddedNatsBroker;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class NatsMetricsAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(EmbeddedBrokerAutoConfiguration.class, NatsConnectionAutoConfiguration.class,
						NatsExchangesAutoConfiguration.class, NatsMetricsAutoConfiguration.class))
		.withPropertyValues("natsproxy.embedded.enabled=true", "spring.application.name=orders",
				"natsproxy.nats.reconnect-wait=50ms", "natsproxy.nats.startup-wait=5s");

	private static MeterRegistry bound(ApplicationContext context) {
		MeterRegistry registry = context.getBean(MeterRegistry.class);
		context.getBeanProvider(MeterBinder.class).forEach((binder) -> binder.bindTo(registry));
		return registry;
	}

	private static double connection(MeterRegistry registry, String name, String... tags) {
		return registry.get("natsproxy.connection." + name).tags(tags).meter().measure().iterator().next().getValue();
	}

	@Test
	void theConnectionIsMeasured() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run((context) -> {
			MeterRegistry registry = bound(context);
			String name = context.getBean(Connection.class).getOptions().getConnectionName();
			assertThat(connection(registry, "state", "connection", name, "state", "connected")).isOne();
			assertThat(connection(registry, "state", "connection", name, "state", "reconnecting")).isZero();
			double received = connection(registry, "bytes", "direction", "received");
			double sent = connection(registry, "bytes", "direction", "sent");
			context.getBean(Connection.class).flush(Duration.ofSeconds(5));
			assertThat(connection(registry, "bytes", "direction", "received")).isGreaterThan(received);
			await().untilAsserted(
					() -> assertThat(connection(registry, "bytes", "direction", "sent")).isGreaterThan(sent));
			await().untilAsserted(() -> assertThat(connection(registry, "pending")).isZero());
			assertThat(connection(registry, "slow.consumers")).isZero();
			assertThat(connection(registry, "dropped")).isZero();
		});
	}

	@Test
	void theTimeOfARoundTripIsMeasuredInTheBackground() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run((context) -> {
			MeterRegistry registry = bound(context);
			await().untilAsserted(
					() -> assertThat(registry.get("natsproxy.connection.rtt").timeGauge().value(TimeUnit.NANOSECONDS))
						.isPositive());
		});
	}

	@Test
	void lossesOfTheConnectionAreCounted() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run((context) -> {
			MeterRegistry registry = bound(context);
			assertThat(connection(registry, "reconnects")).isZero();
			context.getBean(EmbeddedNatsBroker.class).disconnectClients();
			await().untilAsserted(() -> assertThat(connection(registry, "reconnects")).isOne());
			await().untilAsserted(() -> assertThat(connection(registry, "state", "state", "connected")).isOne());
		});
	}

	@Test
	void theEmbeddedBrokerIsMeasured() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run((context) -> {
			MeterRegistry registry = bound(context);
			assertThat(registry.get("natsproxy.broker.connections").gauge().value()).isOne();
			Connection connection = context.getBean(Connection.class);
			connection.subscribe("measured");
			connection.publish("measured", "Hello".getBytes(StandardCharsets.UTF_8));
			connection.flush(Duration.ofSeconds(5));
			assertThat(registry.get("natsproxy.broker.subscriptions").gauge().value()).isPositive();
			assertThat(registry.get("natsproxy.broker.bytes").tag("direction", "received").functionCounter().count())
				.isEqualTo(5);
			assertThat(registry.get("natsproxy.broker.messages").tag("direction", "sent").functionCounter().count())
				.isOne();
		});
	}

	@Test
	void connectionsOfOneNameAreToldApart() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run((context) -> {
			Connection connection = context.getBean(Connection.class);
			MeterRegistry registry = new SimpleMeterRegistry();
			new ConnectionMetrics(List.of(connection, connection)).bindTo(registry);
			String name = connection.getOptions().getConnectionName();
			assertThat(registry.get("natsproxy.connection.reconnects").functionCounters())
				.extracting((counter) -> counter.getId().getTag("connection"))
				.containsExactlyInAnyOrder(name, name + "-2");
		});
	}

	@Test
	void nothingIsMeasuredWithoutRegistry() {
		this.runner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(MeterBinder.class));
	}

	@Test
	void nothingNeedsTheEmbeddedBrokerOrMicrometer() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withPropertyValues("natsproxy.embedded.enabled=false", "natsproxy.nats.servers=nats://127.0.0.1:1",
					"natsproxy.nats.startup-wait=0s")
			.withClassLoader(new FilteredClassLoader("io.natsproxy.broker"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ConnectionMetrics.class)
				.doesNotHaveBean("natsproxyEmbeddedBrokerMetrics"));
		this.runner.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.run((context) -> assertThat(context).hasNotFailed());
	}

}
