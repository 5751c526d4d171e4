package io.natsproxy.boot.autoconfigure.health;

import java.time.Duration;

import io.natsproxy.boot.autoconfigure.NatsConnectionAutoConfiguration;
import io.natsproxy.broker.BrokerOptions;
import io.natsproxy.broker.EmbeddedNatsBroker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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

class NatsHealthContributorAutoConfigurationTests {

	private final EmbeddedNatsBroker broker = EmbeddedNatsBroker
		.create(BrokerOptions.builder().credentials("alice", "s3cret").build());

	private ApplicationContextRunner runner;

	@BeforeEach
	void startBroker() {
		this.broker.start();
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsHealthContributorAutoConfiguration.class,
					NatsConnectionAutoConfiguration.class, HealthContributorAutoConfiguration.class,
					HealthContributorRegistryAutoConfiguration.class,
					AvailabilityHealthContributorAutoConfiguration.class, AvailabilityProbesAutoConfiguration.class,
					HealthEndpointAutoConfiguration.class))
			.withBean(ApplicationAvailabilityBean.class)
			.withPropertyValues("management.endpoints.web.exposure.include=health", "natsproxy.nats.startup-wait=10s",
					"natsproxy.nats.servers=nats://alice:s3cret@127.0.0.1:" + this.broker.port());
	}

	@AfterEach
	void stopBroker() {
		this.broker.close();
	}

	@Test
	void healthFollowsTheConnectionAndShowsNoCredentials() {
		this.runner.run((context) -> {
			IndicatedHealthDescriptor up = (IndicatedHealthDescriptor) health(context, "nats");
			assertThat(up.getStatus()).isEqualTo(Status.UP);
			assertThat(up.getDetails()).containsEntry("url", this.broker.url())
				.containsEntry("server", "natsproxy-embedded")
				.containsKey("version");
			this.broker.stop();
			awaitStatus(context, Status.DOWN, "nats");
			IndicatedHealthDescriptor down = (IndicatedHealthDescriptor) health(context, "nats");
			assertThat(down.getDetails()).containsEntry("servers", this.broker.url());
			assertThat(down.getDetails().toString()).doesNotContain("s3cret");
			this.broker.start();
			awaitStatus(context, Status.UP, "nats");
		});
	}

	@Test
	void readinessIsDownWhileTheConnectionIsAndLivenessIsNot() {
		this.runner.run((context) -> {
			available(context);
			assertThat(health(context, "readiness").getStatus()).isEqualTo(Status.UP);
			this.broker.stop();
			awaitStatus(context, Status.DOWN, "readiness");
			assertThat(health(context, "liveness").getStatus()).isEqualTo(Status.UP);
		});
	}

	@Test
	void readinessCanBeKeptApartFromTheConnection() {
		this.runner.withPropertyValues("natsproxy.nats.readiness=false").run((context) -> {
			available(context);
			this.broker.stop();
			awaitStatus(context, Status.DOWN, "nats");
			assertThat(health(context, "readiness").getStatus()).isEqualTo(Status.UP);
		});
	}

	@Test
	void aReadinessGroupThatTheApplicationDefinesStaysAsItIs() {
		this.runner.withPropertyValues("management.endpoint.health.group.readiness.include=readinessState")
			.run((context) -> {
				available(context);
				this.broker.stop();
				awaitStatus(context, Status.DOWN, "nats");
				assertThat(health(context, "readiness").getStatus()).isEqualTo(Status.UP);
			});
	}

	@Test
	void theIndicatorCanBeTurnedOff() {
		this.runner.withPropertyValues("management.health.nats.enabled=false").run((context) -> {
			available(context);
			assertThat(context).doesNotHaveBean("natsHealthContributor");
			this.broker.stop();
			assertThat(health(context, "readiness").getStatus()).isEqualTo(Status.UP);
		});
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
