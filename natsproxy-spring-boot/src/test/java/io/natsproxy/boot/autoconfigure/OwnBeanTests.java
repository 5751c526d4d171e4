package io.natsproxy.boot.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.natsproxy.boot.autoconfigure.health.HeartbeatHealthContributorAutoConfiguration;
import io.natsproxy.boot.autoconfigure.health.NatsHealthContributorAutoConfiguration;
import io.natsproxy.boot.autoconfigure.metrics.ByteBudgetMetrics;
import io.natsproxy.boot.autoconfigure.metrics.ConnectionMetrics;
import io.natsproxy.boot.autoconfigure.metrics.EmbeddedBrokerMetrics;
import io.natsproxy.boot.autoconfigure.metrics.ExchangeMetrics;
import io.natsproxy.boot.autoconfigure.metrics.NatsMetricsAutoConfiguration;
import io.natsproxy.boot.autoconfigure.metrics.StreamMetrics;
import io.natsproxy.boot.autoconfigure.metrics.WebSocketMetrics;
import io.natsproxy.broker.EmbeddedNatsBroker;
import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.liveness.Heartbeat;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.websocket.NatsWebSocketOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A bean of the application takes the place of each bean of the connection that can be
 * replaced.
 */
class OwnBeanTests {

	private static final List<String> NOBODY = List.of("nats://127.0.0.1:1");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(EmbeddedBrokerAutoConfiguration.class,
				NatsConnectionAutoConfiguration.class, NatsExchangesAutoConfiguration.class,
				NatsHeartbeatAutoConfiguration.class, NatsHealthContributorAutoConfiguration.class,
				HeartbeatHealthContributorAutoConfiguration.class, NatsMetricsAutoConfiguration.class))
		.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
		.withPropertyValues("natsproxy.embedded.enabled=true", "natsproxy.nats.startup-wait=0s");

	@ParameterizedTest
	@MethodSource
	<T> void ownBeanTakesThePlaceOfOurs(OwnBean<T> own) {
		AtomicReference<T> made = new AtomicReference<>();
		this.runner.withInitializer((context) -> register(own, made, (GenericApplicationContext) context))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBeansOfType(own.type())).containsExactlyEntriesOf(Map.of(own.name(), made.get()));
			});
	}

	@ParameterizedTest
	@CsvSource({ "natsHealthContributor, natsHealthContributor", "natsHealthIndicator, natsHealthContributor",
			"natsproxyThreadsHealthIndicator, natsproxyThreadsHealthIndicator" })
	void ownHealthTakesThePlaceOfOurs(String name, String ours) {
		HealthIndicator own = () -> Health.up().build();
		this.runner.withBean(name, HealthContributor.class, () -> own).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(name)).isSameAs(own);
			assertThat(context.getBeanNamesForType(HealthContributor.class)).contains(name)
				.filteredOn((each) -> each.equals(ours))
				.hasSize(name.equals(ours) ? 1 : 0);
		});
	}

	private static <T> void register(OwnBean<T> own, AtomicReference<T> made, GenericApplicationContext context) {
		context.registerBean(own.name(), own.type(), () -> {
			made.set(own.factory().apply(context));
			return made.get();
		});
	}

	static Stream<OwnBean<?>> ownBeanTakesThePlaceOfOurs() {
		return Stream.of(
				new OwnBean<>("own", EmbeddedNatsBroker.class, (context) -> EmbeddedNatsBroker.create().start()),
				new OwnBean<>("own", NatsConnectionDetails.class, (context) -> () -> NOBODY),
				new OwnBean<>("own", NatsConnector.class, OwnBeanTests::connector),
				new OwnBean<>("own", Connection.class, (context) -> connector(context).connection()),
				new OwnBean<>("own", StreamOptions.class, (context) -> StreamOptions.DEFAULTS),
				new OwnBean<>("own", NatsWebSocketOptions.class, (context) -> NatsWebSocketOptions.DEFAULTS),
				new OwnBean<>("own", ByteBudget.class, (context) -> new ByteBudget(1024 * 1024)),
				new OwnBean<>("own", NatsExchanges.class,
						(context) -> new NatsExchanges(context.getBean(Connection.class), "own")),
				new OwnBean<>("own", Heartbeat.class,
						(context) -> new Heartbeat(Duration.ofSeconds(1), Duration.ofSeconds(10))),
				new OwnBean<>("own", ByteBudgetMetrics.class,
						(context) -> new ByteBudgetMetrics(context.getBean(ByteBudget.class))),
				new OwnBean<>("own", ConnectionMetrics.class,
						(context) -> new ConnectionMetrics(List.of(context.getBean(Connection.class)))),
				new OwnBean<>("own", ExchangeMetrics.class,
						(context) -> new ExchangeMetrics(context.getBean(NatsExchanges.class))),
				new OwnBean<>("own", StreamMetrics.class,
						(context) -> new StreamMetrics(context.getBean(NatsExchanges.class))),
				new OwnBean<>("own", WebSocketMetrics.class,
						(context) -> new WebSocketMetrics(context.getBean(NatsExchanges.class))),
				new OwnBean<>("own", EmbeddedBrokerMetrics.class,
						(context) -> new EmbeddedBrokerMetrics(context.getBean(EmbeddedNatsBroker.class))));
	}

	private static NatsConnector connector(ApplicationContext context) {
		NatsConnector connector = new NatsConnector("own", "");
		connector.connect(connector.options().server(NOBODY.get(0)).build(), Duration.ZERO);
		return connector;
	}

	/**
	 * A bean of the application.
	 *
	 * @param name its name
	 * @param type its type
	 * @param factory makes it
	 */
	record OwnBean<T>(String name, Class<T> type, Function<ApplicationContext, T> factory) {

		@Override
		public String toString() {
			return this.type.getSimpleName();
		}

	}

}
