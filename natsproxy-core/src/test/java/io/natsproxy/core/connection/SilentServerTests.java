package io.natsproxy.core.connection;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

import io.nats.client.Connection;
import io.natsproxy.broker.EmbeddedNatsBroker;
import io.natsproxy.core.transport.netty.NettyTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A server that falls silent with its connections open.
 */
@Timeout(60)
class SilentServerTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final Duration LONG = Duration.ofHours(1);

	private final NatsConnector connector = new NatsConnector("silent-test", "Start one.");

	private final EmbeddedNatsBroker first = EmbeddedNatsBroker.create().start();

	private final EmbeddedNatsBroker second = EmbeddedNatsBroker.create().start();

	private final FreezingProxy proxy = new FreezingProxy(this.first.port());

	private NettyTransport transport;

	private final Queue<String> received = new ConcurrentLinkedQueue<>();

	@BeforeEach
	void connect() {
		Connection connection = this.connector.connectNow(this.connector.options()
			.servers(new String[] { this.proxy.url(), this.second.url() })
			.noRandomize()
			.reconnectWait(Duration.ofMillis(50))
			.build());
		this.transport = NettyTransport.of(connection);
		assertThat(this.first.statistics().connections()).isEqualTo(1);
		this.transport
			.newSubscriber((message) -> this.received.add(new String(message.payload(), StandardCharsets.UTF_8)))
			.subscribe("subject", (String) null);
	}

	@AfterEach
	void close() throws Exception {
		this.connector.close();
		this.proxy.close();
		this.first.stop();
		this.second.stop();
	}

	@Test
	void isLeftWhenItAnswersNoPing() {
		try (ConnectionWatchdog watchdog = new ConnectionWatchdog(this.transport.connection(), Duration.ofMillis(100),
				Duration.ofMillis(200))) {
			watchdog.start();
			this.proxy.freeze(true);
			awaitAtSecond();
			publish("here");
			await().atMost(TIMEOUT).untilAsserted(() -> assertThat(this.received).containsExactly("here"));
		}
	}

	@Test
	void isLeftSoonerWhenAnAnswerIsDue() {
		// The interval alone would never be over.
		try (ConnectionWatchdog watchdog = new ConnectionWatchdog(this.transport.connection(), Duration.ofSeconds(2),
				LONG)) {
			watchdog.start();
			assertThat(this.transport.isResponsive()).isTrue();
			this.proxy.freeze(true);
			publish("lost");
			await().atMost(TIMEOUT).until(() -> !this.transport.isResponsive());
			assertThat(this.transport.isConnected()).isTrue();
			this.proxy.freeze(false);
			await().atMost(TIMEOUT).until(this.transport::isResponsive);
			assertThat(this.transport.connection().getStatistics().getReconnects()).isZero();
		}
	}

	@Test
	void pingsWhileTheEventLoopStandsStillDoNotEndTheConnection() {
		CountDownLatch standstill = new CountDownLatch(1);
		// Twice as long for the event loop to get on again, however busy the machine is.
		Duration timeout = Duration.ofMillis(250);
		try (ConnectionWatchdog watchdog = new ConnectionWatchdog(this.transport.connection(), Duration.ofMillis(100),
				timeout)) {
			this.transport.loop().execute(() -> await().atMost(TIMEOUT).until(() -> standstill.getCount() == 0));
			watchdog.start();
			// As many pings as jnats lets be unanswered, and as many again.
			long pings = 2L * this.transport.connection().getOptions().getMaxPingsOut();
			await().during(timeout.multipliedBy(2 * pings))
				.atMost(TIMEOUT)
				.until(() -> this.transport.connection().getStatus() == Connection.Status.CONNECTED);
			standstill.countDown();
			await().atMost(TIMEOUT).until(this.transport::isResponsive);
			assertThat(this.transport.connection().getStatistics().getReconnects()).isZero();
			assertThat(this.first.statistics().connections()).isEqualTo(1);
		}
		finally {
			standstill.countDown();
		}
	}

	@Test
	void whatItSaysWhileItIsLeftIsReceivedAndNothingIsPublishedToIt() throws Exception {
		EmbeddedNatsBroker left = this.first;
		this.proxy.freeze(true);
		publish("slow");
		await().atMost(TIMEOUT).until(() -> this.transport.unsent() == 0);
		this.transport.leave();
		awaitAtSecond();
		assertThat(this.transport.isResponsive()).isTrue();
		this.proxy.freeze(false);
		await().atMost(TIMEOUT).untilAsserted(() -> assertThat(this.received).containsExactly("slow"));
		publish("new");
		await().atMost(TIMEOUT).untilAsserted(() -> assertThat(this.received).containsExactly("slow", "new"));
		await().atMost(TIMEOUT).until(() -> left.statistics().connections() == 0);
		assertThat(left.statistics().inMessages()).as("slow, and the marks").isLessThan(3);
	}

	private void publish(String text) {
		this.transport.publish("subject", null, null, text.getBytes(StandardCharsets.UTF_8));
	}

	private void awaitAtSecond() {
		await().atMost(TIMEOUT)
			.until(() -> this.second.statistics().connections() == 1 && this.transport.isConnected());
	}

}
