package io.natsproxy.boot.health;

import java.time.Duration;

import io.nats.client.Connection;
import io.natsproxy.broker.EmbeddedNatsBroker;
import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.transport.netty.NettyTransport;
import org.junit.jupiter.api.Test;

import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class NatsHealthIndicatorTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	@Test
	void aConnectionThatMovesIsUpWhileItsServerStillServesIt() {
		EmbeddedNatsBroker broker = EmbeddedNatsBroker.create().start();
		NatsConnector connector = new NatsConnector("health-test", "Start one.");
		try {
			Connection connection = connector.connectNow(connector.options().server(broker.url()).build());
			NatsHealthIndicator indicator = new NatsHealthIndicator(connection);
			assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
			broker.enterLameDuckMode();
			move(NettyTransport.of(connection));
			// There is nowhere to go.
			await().atMost(TIMEOUT).until(() -> connection.getStatus() != Connection.Status.CONNECTED);
			assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
			assertThat(indicator.health().getDetails()).containsKeys("status", "servers");
			broker.stop();
			await().atMost(TIMEOUT).until(() -> indicator.health().getStatus().equals(Status.DOWN));
		}
		finally {
			connector.close();
			broker.stop();
		}
	}

	private static void move(NettyTransport transport) {
		Thread thread = new Thread(() -> {
			try {
				transport.move();
			}
			catch (Exception ex) {
				// The end of the test.
			}
		});
		thread.setDaemon(true);
		thread.start();
	}

}
