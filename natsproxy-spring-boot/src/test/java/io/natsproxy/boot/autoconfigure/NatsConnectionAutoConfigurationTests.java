package io.natsproxy.boot.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import io.nats.client.Connection;
import io.nats.client.Connection.Status;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.natsproxy.broker.BrokerOptions;
import io.natsproxy.broker.EmbeddedNatsBroker;
import io.natsproxy.core.transport.netty.NettyDataPort;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class NatsConnectionAutoConfigurationTests {

	private static final String NOBODY = "natsproxy.nats.servers=nats://127.0.0.1:1";

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(AutoConfigurations
		.of(SslAutoConfiguration.class, EmbeddedBrokerAutoConfiguration.class, NatsConnectionAutoConfiguration.class));

	@Test
	void theApplicationStartsWithoutAServerAndConnectsWhenItComes() {
		try (EmbeddedNatsBroker broker = EmbeddedNatsBroker.create().start()) {
			broker.stop();
			this.runner.withPropertyValues("natsproxy.nats.servers=" + broker.url()).run((context) -> {
				Connection connection = context.getBean(Connection.class);
				assertThat(connection.getStatus()).isNotEqualTo(Status.CONNECTED);
				broker.start();
				await().atMost(Duration.ofSeconds(30)).until(() -> connection.getStatus() == Status.CONNECTED);
			});
		}
	}

	@Test
	void theConnectionIsReadyAndClosedWithTheContext() {
		AtomicReference<Connection> connection = new AtomicReference<>();
		try (EmbeddedNatsBroker broker = EmbeddedNatsBroker.create().start()) {
			this.runner.withPropertyValues("natsproxy.nats.servers=" + broker.url(), "natsproxy.nats.startup-wait=10s")
				.run((context) -> {
					connection.set(context.getBean(Connection.class));
					assertThat(connection.get().getStatus()).isEqualTo(Status.CONNECTED);
				});
		}
		assertThat(connection.get().getStatus()).isEqualTo(Status.CLOSED);
	}

	@Test
	void propertiesBecomeOptions() {
		this.runner
			.withPropertyValues("natsproxy.nats.servers=nats://127.0.0.1:1,nats://127.0.0.1:2",
					"natsproxy.nats.name=gateway-7", "natsproxy.nats.inbox-prefix=_INBOX.shop",
					"natsproxy.nats.connect-timeout=3s", "natsproxy.nats.reconnect-wait=4s",
					"natsproxy.nats.reconnect-buffer-size=2MB", "natsproxy.nats.ping-interval=9s",
					"natsproxy.nats.user=alice", "natsproxy.nats.password=secret", "spring.application.name=shop")
			.run((context) -> {
				Options options = context.getBean(Connection.class).getOptions();
				assertThat(options.getServers()).extracting(Object::toString)
					.containsExactly("nats://127.0.0.1:1", "nats://127.0.0.1:2");
				assertThat(options.getConnectionName()).isEqualTo("gateway-7");
				assertThat(options.getInboxPrefix()).isEqualTo("_INBOX.shop.");
				assertThat(options.getConnectionTimeout()).isEqualTo(Duration.ofSeconds(3));
				assertThat(options.getReconnectWait()).isEqualTo(Duration.ofSeconds(4));
				assertThat(options.getReconnectBufferSize()).isEqualTo(2 * 1024 * 1024);
				assertThat(options.getPingInterval()).isEqualTo(Duration.ofSeconds(9));
				assertThat(options.getUsernameChars()).containsExactly('a', 'l', 'i', 'c', 'e');
				assertThat(options.getMaxReconnect()).isEqualTo(-1);
				assertThat(options.getDataPortType()).isEqualTo(NettyDataPort.class.getName());
			});
	}

	@Test
	void theConnectionBearsTheNameOfTheApplication() {
		this.runner.withPropertyValues(NOBODY, "spring.application.name=shop")
			.run((context) -> assertThat(context.getBean(Connection.class).getOptions().getConnectionName())
				.isEqualTo("shop"));
	}

	@Test
	void passwordAndTokenAreUsedToLogIn() {
		logsIn(BrokerOptions.builder().credentials("alice", "secret").build(), "natsproxy.nats.user=alice",
				"natsproxy.nats.password=secret");
		logsIn(BrokerOptions.builder().token("s3cret").build(), "natsproxy.nats.token=s3cret");
	}

	private void logsIn(BrokerOptions options, String... properties) {
		try (EmbeddedNatsBroker broker = EmbeddedNatsBroker.create(options).start()) {
			this.runner.withPropertyValues(properties)
				.withPropertyValues("natsproxy.nats.servers=" + broker.url(), "natsproxy.nats.fail-fast=true")
				.run((context) -> assertThat(context.getBean(Connection.class).getStatus())
					.isEqualTo(Status.CONNECTED));
		}
	}

	@Test
	void connectionDetailsTakeTheirTokenAndAddressFromABeanBeforeProperties() {
		try (EmbeddedNatsBroker broker = EmbeddedNatsBroker.create(BrokerOptions.builder().token("t").build())
			.start()) {
			this.runner.withPropertyValues(NOBODY, "natsproxy.nats.fail-fast=true")
				.withBean(NatsConnectionDetails.class, () -> new NatsConnectionDetails() {

					@Override
					public List<String> getServers() {
						return List.of(broker.url());
					}

					@Override
					public String getToken() {
						return "t";
					}

				})
				.run((context) -> assertThat(context.getBean(Connection.class).getConnectedUrl())
					.isEqualTo(broker.url()));
		}
	}

	@Test
	void customizersChangeTheOptionsInTheirOrder() {
		this.runner.withPropertyValues(NOBODY)
			.withUserConfiguration(CustomizerConfiguration.class)
			.run((context) -> assertThat(context.getBean(Connection.class).getOptions().getConnectionName())
				.isEqualTo("second"));
	}

	@Test
	void anOwnConnectionIsUsedInsteadOfOursAndWatched() {
		try (EmbeddedNatsBroker broker = EmbeddedNatsBroker.create().start()) {
			this.runner.withBean("mine", Connection.class, () -> connect(broker.url())).run((context) -> {
				assertThat(context).hasSingleBean(Connection.class).hasBean("mine");
				assertThat(context).doesNotHaveBean(NatsConnectionDetails.class);
				assertThat(context).hasSingleBean(NatsWatchdogs.class);
			});
		}
	}

	@Test
	void theWatchdogCanBeTurnedOff() {
		this.runner.withPropertyValues(NOBODY, "natsproxy.nats.watchdog.enabled=false")
			.run((context) -> assertThat(context).hasSingleBean(Connection.class).doesNotHaveBean(NatsWatchdogs.class));
	}

	@Test
	void thePrefixOfSubjectsIsSharedByAll() {
		this.runner.withPropertyValues(NOBODY, "natsproxy.subject-prefix=shop")
			.run((context) -> assertThat(context.getBean(NatsproxyProperties.class).subjectPrefix()).isEqualTo("shop"));
	}

	private static Connection connect(String url) {
		try {
			return Nats.connect(url);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void propertiesTellNoSecret() {
		this.runner
			.withPropertyValues(NOBODY, "natsproxy.nats.user=alice", "natsproxy.nats.password=s3cr3t",
					"natsproxy.embedded.enabled=true", "natsproxy.embedded.token=t0k3n")
			.run((context) -> {
				assertThat(context.getBean(NatsProperties.class).password()).isEqualTo("s3cr3t");
				assertThat(context.getBean(EmbeddedBrokerProperties.class).token()).isEqualTo("t0k3n");
				assertThat(context.getBean(NatsProperties.class)).asString().doesNotContain("s3cr3t");
				assertThat(context.getBean(EmbeddedBrokerProperties.class)).asString().doesNotContain("t0k3n");
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class CustomizerConfiguration {

		@Bean
		@Order(2)
		NatsOptionsCustomizer second() {
			return (options) -> options.connectionName("second");
		}

		@Bean
		@Order(1)
		NatsOptionsCustomizer first() {
			return (options) -> options.connectionName("first");
		}

	}

}
