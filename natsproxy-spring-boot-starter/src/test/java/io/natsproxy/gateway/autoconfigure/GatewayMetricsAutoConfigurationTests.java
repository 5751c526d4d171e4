package io.natsproxy.gateway.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.natsproxy.boot.autoconfigure.NatsConnectionAutoConfiguration;
import io.natsproxy.boot.autoconfigure.NatsExchangesAutoConfiguration;
import io.natsproxy.gateway.RefusalReason;
import io.natsproxy.gateway.RefusalRecorder;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class GatewayMetricsAutoConfigurationTests {

	private final ReactiveWebApplicationContextRunner runner = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(GatewayMetricsAutoConfiguration.class, GatewayAutoConfiguration.class,
				NatsExchangesAutoConfiguration.class, NatsConnectionAutoConfiguration.class))
		.withPropertyValues("natsproxy.nats.servers=nats://127.0.0.1:1", "natsproxy.nats.startup-wait=0s",
				"natsproxy.nats.watchdog.enabled=false");

	@Test
	void refusalsAreCountedByReason() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(registry.get("natsproxy.gateway.refused").counters()).hasSize(RefusalReason.values().length);
			context.getBean(RefusalRecorder.class).refused(RefusalReason.CLIENT_STREAMS);
			assertThat(registry.get("natsproxy.gateway.refused").tag("reason", "client-streams").counter().count())
				.isOne();
			assertThat(registry.get("natsproxy.gateway.refused").tag("reason", "streams").counter().count()).isZero();
		});
	}

	@Test
	void ownRecorderWins() {
		this.runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean(RefusalRecorder.class, () -> (reason) -> {
			})
			.run((context) -> assertThat(context).hasNotFailed()
				.getBean(RefusalRecorder.class)
				.isNotInstanceOf(MeterRefusalRecorder.class));
	}

	@Test
	void nothingIsCountedWithoutRegistry() {
		this.runner.run((context) -> assertThat(context).getBean(RefusalRecorder.class).isSameAs(RefusalRecorder.NONE));
	}

	@Test
	void gatewayNeedsNoMicrometer() {
		this.runner.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.run((context) -> assertThat(context).hasNotFailed()
				.getBean(RefusalRecorder.class)
				.isSameAs(RefusalRecorder.NONE));
	}

}
