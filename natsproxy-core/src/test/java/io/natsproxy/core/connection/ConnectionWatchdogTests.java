package io.natsproxy.core.connection;

import java.time.Duration;

import io.nats.client.Connection;
import io.nats.client.Connection.Status;
import io.nats.client.impl.NoOpStatistics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

class ConnectionWatchdogTests {

	private static final Duration SHORT = Duration.ofMillis(20);

	private final NatsConnector connector = new NatsConnector("test", "Start one.");

	private TestServer server;

	@BeforeEach
	void startServer() {
		this.server = TestServer.start();
	}

	@AfterEach
	void stopServer() {
		this.connector.close();
		this.server.close();
	}

	@Test
	void anIdleConnectionThatAnswersIsLeftAlone() {
		Connection connection = this.connector.connectNow(this.connector.options().server(this.server.url()).build());
		try (ConnectionWatchdog watchdog = new ConnectionWatchdog(connection, SHORT, Duration.ofSeconds(5))) {
			watchdog.start();
			await().atMost(Duration.ofSeconds(30)).until(() -> connection.getStatistics().getFlushCounter() > 5);
			assertThat(connection.getStatistics().getReconnects()).isZero();
			assertThat(connection.getStatus()).isEqualTo(Status.CONNECTED);
		}
	}

	@Test
	void aConnectionWithoutStatisticsIsLeftAlone() {
		Connection connection = this.connector.connectNow(
				this.connector.options().server(this.server.url()).statisticsCollector(new NoOpStatistics()).build());
		long client = connection.getServerInfo().getClientId();
		try (ConnectionWatchdog watchdog = new ConnectionWatchdog(connection, SHORT, Duration.ofSeconds(5))) {
			watchdog.start();
			await().during(Duration.ofMillis(300))
				.atMost(Duration.ofSeconds(30))
				.until(() -> connection.getStatus() == Status.CONNECTED);
			assertThat(connection.getServerInfo().getClientId()).isEqualTo(client);
		}
	}

	@Test
	void closingEndsTheThread() {
		Connection connection = this.connector.connectNow(this.connector.options().server(this.server.url()).build());
		ConnectionWatchdog watchdog = new ConnectionWatchdog(connection, SHORT, SHORT);
		watchdog.start();
		await().atMost(Duration.ofSeconds(30)).until(ConnectionWatchdogTests::isRunning);
		watchdog.close();
		await().atMost(Duration.ofSeconds(30)).until(() -> !isRunning());
	}

	@Test
	void timesMustBePositive() {
		Connection connection = this.connector.connectNow(this.connector.options().server(this.server.url()).build());
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new ConnectionWatchdog(connection, Duration.ZERO, SHORT).close());
	}

	private static boolean isRunning() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.anyMatch((thread) -> thread.getName().equals("nats-watchdog"));
	}

}
