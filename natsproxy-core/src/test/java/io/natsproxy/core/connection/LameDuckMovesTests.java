package io.natsproxy.core.connection;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import io.nats.client.Connection;
import io.natsproxy.broker.EmbeddedNatsBroker;
import io.natsproxy.core.transport.jnats.GuardedDataPort;
import io.natsproxy.core.transport.netty.NettyTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class LameDuckMovesTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private final NatsConnector connector = new NatsConnector("lame-duck-test", "Start one.");

	private final EmbeddedNatsBroker first = EmbeddedNatsBroker.create();

	private final EmbeddedNatsBroker second = EmbeddedNatsBroker.create();

	@BeforeEach
	void start() {
		this.first.start();
	}

	@AfterEach
	void stop() {
		this.connector.close();
		this.first.stop();
		this.second.stop();
	}

	@Test
	void theConnectionMovesWithoutAMomentWithoutOne() {
		this.second.start();
		Connection connection = connect(false);
		NettyTransport transport = NettyTransport.of(connection);
		Queue<String> received = new ConcurrentLinkedQueue<>();
		transport.newSubscriber((message) -> received.add(new String(message.payload(), StandardCharsets.US_ASCII)))
			.subscribe("subject", "group");
		EmbeddedNatsBroker left = brokerOf(connection);
		AtomicBoolean gap = new AtomicBoolean();
		left.enterLameDuckMode();
		await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(1)).until(() -> {
			gap.compareAndSet(false, !transport.isConnected());
			return left.statistics().connections() == 0;
		});
		assertThat(gap).as("without a connection").isFalse();
		assertThat(connection.getStatus()).isEqualTo(Connection.Status.CONNECTED);
		assertThat(brokerOf(connection)).isNotSameAs(left);
		left.stop();
		transport.publish("subject", null, null, "here".getBytes(StandardCharsets.US_ASCII));
		await().atMost(TIMEOUT).untilAsserted(() -> assertThat(received).containsExactly("here"));
	}

	@Test
	void withoutAnotherServerTheConnectionStays() throws Exception {
		this.second.start();
		this.second.stop();
		Connection connection = connect(false);
		this.first.enterLameDuckMode();
		// Longer than a move is put off.
		await().during(Duration.ofSeconds(3))
			.atMost(TIMEOUT)
			.until(() -> connection.getStatus() == Connection.Status.CONNECTED
					&& connection.getStatistics().getReconnects() == 0);
		this.second.start();
		await().atMost(TIMEOUT).until(() -> this.first.statistics().connections() == 0);
		await().atMost(TIMEOUT).until(() -> connection.getStatus() == Connection.Status.CONNECTED);
		assertThat(brokerOf(connection)).isSameAs(this.second);
	}

	@Test
	void aConnectionWithoutATransportMovesToo() {
		this.second.start();
		Connection connection = connect(true);
		EmbeddedNatsBroker left = brokerOf(connection);
		left.enterLameDuckMode();
		await().atMost(TIMEOUT).until(() -> left.statistics().connections() == 0);
		await().atMost(TIMEOUT).until(() -> connection.getStatus() == Connection.Status.CONNECTED);
		assertThat(brokerOf(connection)).isNotSameAs(left);
	}

	private Connection connect(boolean jnats) {
		var options = this.connector.options()
			.servers(new String[] { this.first.url(), (this.second.port() > 0) ? this.second.url() : this.first.url() })
			.reconnectWait(Duration.ofMillis(50));
		if (jnats) {
			options.dataPortType(GuardedDataPort.class.getName());
		}
		return this.connector.connectNow(options.build());
	}

	private EmbeddedNatsBroker brokerOf(Connection connection) {
		int port = connection.getServerInfo().getPort();
		return List.of(this.first, this.second)
			.stream()
			.filter((broker) -> broker.port() == port)
			.findFirst()
			.orElseThrow();
	}

}
