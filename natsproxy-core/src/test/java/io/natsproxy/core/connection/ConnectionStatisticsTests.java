package io.natsproxy.core.connection;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.natsproxy.core.transport.jnats.GuardedDataPort;
import io.natsproxy.core.transport.netty.NettyDataPort;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ConnectionStatisticsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static TestBroker broker;

	@BeforeAll
	static void start() {
		broker = TestBroker.start();
	}

	@AfterAll
	static void stop() {
		broker.close();
	}

	@ParameterizedTest
	@ValueSource(classes = { NettyDataPort.class, GuardedDataPort.class })
	void bytesAndTimesOfEitherTransport(Class<?> port) throws Exception {
		try (NatsConnector connector = new NatsConnector("test", "")) {
			Connection connection = connector
				.connect(connector.options().server(broker.url()).dataPortType(port.getName()).build(), TIMEOUT);
			ConnectionStatistics statistics = new ConnectionStatistics(connection);
			await().untilAsserted(() -> assertThat(statistics.status()).isEqualTo(Connection.Status.CONNECTED));
			long received = statistics.receivedBytes();
			long sent = statistics.sentBytes();
			connection.subscribe("bytes");
			connection.publish("bytes", new byte[1000]);
			connection.flush(TIMEOUT);
			await().untilAsserted(() -> {
				assertThat(statistics.receivedBytes() - received).isBetween(1000L, 2000L);
				assertThat(statistics.sentBytes() - sent).isBetween(1000L, 2000L);
				assertThat(statistics.pendingBytes()).isZero();
				assertThat(statistics.roundTrip()).isPositive();
			});
			// jnats itself counts the first connection in the background.
			assertThat(statistics.reconnects()).isZero();
			connection.forceReconnect();
			await().untilAsserted(() -> assertThat(statistics.reconnects()).isOne());
		}
	}

	@Test
	void connectionOfSomebodyElseHasWhatJnatsCounts() throws Exception {
		Connection connection = Nats.connect(broker.url());
		try {
			ConnectionStatistics statistics = new ConnectionStatistics(connection);
			connection.publish("bytes", "Hello".getBytes(StandardCharsets.UTF_8));
			connection.flush(TIMEOUT);
			await().untilAsserted(() -> assertThat(statistics.sentBytes()).isPositive());
			assertThat(statistics.reconnects()).isZero();
			assertThat(statistics.slowConsumers()).isZero();
			assertThat(statistics.droppedMessages()).isZero();
		}
		finally {
			connection.close();
		}
	}

	@Test
	void connectionThatIsNotThereHasNoRoundTrip() {
		try (NatsConnector connector = new NatsConnector("test", "")) {
			Connection connection = connector.connect(connector.options().server("nats://127.0.0.1:1").build(),
					Duration.ZERO);
			ConnectionStatistics statistics = new ConnectionStatistics(connection);
			assertThat(statistics.roundTrip()).isEqualTo(-1);
			assertThat(statistics.status()).isNotEqualTo(Connection.Status.CONNECTED);
		}
	}

	@Test
	void wordsOfTheServerAboutSlowConsumersAreCounted() {
		ConnectionLog log = new ConnectionLog("");
		log.errorOccurred(null, "Unknown Protocol Operation");
		assertThat(log.slowConsumers()).isZero();
		log.errorOccurred(null, "Slow Consumer");
		assertThat(log.slowConsumers()).isOne();
	}

}
