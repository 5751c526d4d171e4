package io.natsproxy.boot.autoconfigure.health;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import io.natsproxy.boot.autoconfigure.NatsConnectionAutoConfiguration;
import io.natsproxy.boot.autoconfigure.NatsExchangesAutoConfiguration;
import io.natsproxy.boot.autoconfigure.NatsHeartbeatAutoConfiguration;
import io.natsproxy.broker.EmbeddedNatsBroker;
import io.natsproxy.core.liveness.Heartbeat;
import io.natsproxy.core.liveness.Watched;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.IndicatedHealthDescriptor;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class HeartbeatHealthContributorAutoConfigurationTests {

	private static final String NAME = "natsproxyThreads";

	private final AtomicBoolean sound = new AtomicBoolean(true);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(HeartbeatHealthContributorAutoConfiguration.class,
				NatsHeartbeatAutoConfiguration.class, HealthContributorAutoConfiguration.class,
				HealthContributorRegistryAutoConfiguration.class, AvailabilityHealthContributorAutoConfiguration.class,
				AvailabilityProbesAutoConfiguration.class, HealthEndpointAutoConfiguration.class))
		.withBean(ApplicationAvailabilityBean.class)
		.withBean("watched", Watched.class, () -> (heartbeat) -> heartbeat.watch("thread", this.sound::get))
		.withPropertyValues("management.endpoints.web.exposure.include=health", "natsproxy.heartbeat.interval=10ms",
				"natsproxy.heartbeat.lost-after=100ms");

	@Test
	void livenessIsDownWhileAThreadIsLostAndReadinessIsNot() {
		this.runner.run((context) -> {
			available(context);
			assertThat(health(context, "liveness").getStatus()).isEqualTo(Status.UP);
			this.sound.set(false);
			awaitStatus(context, Status.DOWN, "liveness");
			assertThat(((IndicatedHealthDescriptor) health(context, NAME)).getDetails())
				.isEqualTo(Map.of("lost", List.of("thread")));
			assertThat(health(context, "readiness").getStatus()).isEqualTo(Status.UP);
			this.sound.set(true);
			awaitStatus(context, Status.UP, "liveness");
		});
	}

	@Test
	void aLivenessGroupThatTheApplicationDefinesStaysAsItIs() {
		this.runner.withPropertyValues("management.endpoint.health.group.liveness.include=livenessState")
			.run((context) -> {
				available(context);
				this.sound.set(false);
				awaitStatus(context, Status.DOWN, NAME);
				assertThat(health(context, "liveness").getStatus()).isEqualTo(Status.UP);
			});
	}

	@Test
	void theThreadsOfTheConnectionAreWatched() {
		EmbeddedNatsBroker broker = EmbeddedNatsBroker.create();
		broker.start();
		try (broker) {
			this.runner
				.withConfiguration(AutoConfigurations.of(NatsConnectionAutoConfiguration.class,
						NatsExchangesAutoConfiguration.class))
				.withPropertyValues("natsproxy.nats.servers=" + broker.url(), "natsproxy.nats.startup-wait=10s")
				.run((context) -> {
					Heartbeat heartbeat = context.getBean(Heartbeat.class);
					assertThat(heartbeat.watched()).containsExactlyInAnyOrder("thread", "natsproxy-timer",
							"natsproxy-repeater", "nats-loop", "nats-watchdog", "nats-connection");
					await().during(Duration.ofMillis(500)).until(() -> heartbeat.lost().isEmpty());
				});
		}
	}

	@Test
	void theHeartbeatCanBeTurnedOff() {
		this.runner.withPropertyValues("natsproxy.heartbeat.enabled=false").run((context) -> {
			assertThat(context).doesNotHaveBean(Heartbeat.class).doesNotHaveBean("natsproxyThreadsHealthIndicator");
			available(context);
			assertThat(health(context, "liveness").getStatus()).isEqualTo(Status.UP);
		});
	}

	@Test
	void aThreadThatWouldBeLostTooSoonIsRefused() {
		this.runner.withPropertyValues("natsproxy.heartbeat.lost-after=20ms")
			.run((context) -> assertThat(context).hasFailed());
	}

	private static void available(AssertableApplicationContext context) {
		AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
		AvailabilityChangeEvent.publish(context, LivenessState.CORRECT);
	}

	private static void awaitStatus(AssertableApplicationContext context, Status status, String path) {
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(health(context, path).getStatus()).isEqualTo(status));
	}

	private static HealthDescriptor health(AssertableApplicationContext context, String path) {
		return context.getBean(HealthEndpoint.class).healthForPath(path);
	}

}
