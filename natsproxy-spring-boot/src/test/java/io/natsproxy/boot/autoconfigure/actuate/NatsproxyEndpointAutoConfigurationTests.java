package io.natsproxy.boot.autoconfigure.actuate;

import java.util.List;
import java.util.Map;

import io.natsproxy.boot.actuate.NatsproxyEndpoint;
import io.natsproxy.boot.actuate.NatsproxyEndpointContributor;
import io.natsproxy.boot.actuate.NatsproxyInfoContributor;
import io.natsproxy.boot.autoconfigure.NatsConnectionAutoConfiguration;
import io.natsproxy.boot.autoconfigure.NatsExchangesAutoConfiguration;
import io.natsproxy.broker.BrokerOptions;
import io.natsproxy.broker.EmbeddedNatsBroker;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class NatsproxyEndpointAutoConfigurationTests {

	private static final String EXPOSED = "management.endpoints.web.exposure.include=natsproxy";

	private final EmbeddedNatsBroker broker = EmbeddedNatsBroker
		.create(BrokerOptions.builder().credentials("alice", "s3cret").build());

	private ApplicationContextRunner runner;

	@BeforeEach
	void startBroker() {
		this.broker.start();
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NatsproxyEndpointAutoConfiguration.class,
					NatsproxyInfoAutoConfiguration.class, NatsConnectionAutoConfiguration.class,
					NatsExchangesAutoConfiguration.class))
			.withPropertyValues("natsproxy.nats.startup-wait=10s",
					"natsproxy.nats.servers=nats://alice:s3cret@127.0.0.1:" + this.broker.port());
	}

	@AfterEach
	void stopBroker() {
		this.broker.close();
	}

	@Test
	void endpointIsMissingUnlessExposed() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(NatsproxyEndpoint.class)
			.doesNotHaveBean(NatsproxyEndpointContributor.class));
	}

	@Test
	void endpointIsMissingWhereThereIsNoAccessToIt() {
		this.runner.withPropertyValues(EXPOSED, "management.endpoint.natsproxy.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(NatsproxyEndpoint.class));
	}

	@Test
	void endpointTellsOfConnectionsAndMemoryAndShowsNoCredentials() {
		this.runner.withPropertyValues(EXPOSED).run((context) -> {
			NatsproxyEndpoint endpoint = context.getBean(NatsproxyEndpoint.class);
			Map<String, Object> content = endpoint.natsproxy();
			assertThat(connection(content)).containsEntry("status", "CONNECTED")
				.containsEntry("connected", true)
				.containsEntry("url", this.broker.url())
				.containsEntry("server", "natsproxy-embedded");
			assertThat(content).hasEntrySatisfying("memory",
					(memory) -> assertThat(memory)
						.asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
						.containsOnlyKeys("used", "peak", "limit", "waiting"));
			long reconnects = (long) connection(content).get("reconnects");
			this.broker.stop();
			await().untilAsserted(() -> assertThat(connection(endpoint.natsproxy())).containsEntry("connected", false)
				.containsEntry("servers", this.broker.url()));
			this.broker.start();
			await().untilAsserted(() -> assertThat(connection(endpoint.natsproxy())).containsEntry("connected", true)
				.containsEntry("reconnects", reconnects + 1));
			assertThat(endpoint.natsproxy().toString()).doesNotContain("s3cret");
		});
	}

	@Test
	void contributorsAddToTheEndpoint() {
		this.runner.withPropertyValues(EXPOSED)
			.withBean(NatsproxyEndpointContributor.class, () -> (content) -> content.put("weather", "fine"))
			.run((context) -> assertThat(context.getBean(NatsproxyEndpoint.class).natsproxy())
				.containsEntry("weather", "fine")
				.containsKey("connections"));
	}

	@Test
	void infoTellsTheVersionsOfNatsproxyAndOfTheServer() {
		this.runner.run((context) -> {
			Info.Builder builder = new Info.Builder();
			context.getBean(NatsproxyInfoContributor.class).contribute(builder);
			Map<?, ?> natsproxy = builder.build().get("natsproxy", Map.class);
			assertThat((String) natsproxy.get("version")).matches("[0-9]+\\.[0-9]+.*");
			assertThat(natsproxy.get("server")).asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
				.containsEntry("name", "natsproxy-embedded")
				.containsKey("version");
		});
	}

	@Test
	void infoCanBeSwitchedOff() {
		this.runner.withPropertyValues("management.info.natsproxy.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(NatsproxyInfoContributor.class));
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> connection(Map<String, Object> content) {
		return ((List<Map<String, Object>>) content.get("connections")).get(0);
	}

}
