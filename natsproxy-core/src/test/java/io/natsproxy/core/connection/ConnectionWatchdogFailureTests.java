package io.natsproxy.core.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.nats.client.Connection;
import io.nats.client.Connection.Status;
import io.nats.client.ErrorListener;
import io.nats.client.Options;
import io.nats.client.StatisticsCollector;
import io.nats.client.impl.NoOpStatistics;
import io.nats.client.impl.SocketDataPort;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of a {@link ConnectionWatchdog} when something fails that nobody expects to.
 */
class ConnectionWatchdogFailureTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final Duration SHORT = Duration.ofMillis(20);

	private final NatsConnector connector = new NatsConnector("test", "Start one.");

	private final AtomicInteger failures = new AtomicInteger();

	private TestBroker broker;

	private ConnectionWatchdog watchdog;

	@BeforeEach
	void start() {
		FailingDataPort.failures.set(0);
		this.broker = TestBroker.start();
	}

	@AfterEach
	void stop() {
		if (this.watchdog != null) {
			this.watchdog.close();
		}
		this.connector.close();
		this.broker.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aReconnectThatEndsWithAnErrorIsTakenUp(boolean netty) {
		Options.Builder options = options().reconnectDelayHandler(this::delayOrFail);
		Connection connection = connect(netty ? options : options.dataPortType(SocketDataPort.class.getName()));
		this.failures.set(2);
		this.broker.stop();
		await().atMost(TIMEOUT).until(() -> this.failures.get() == 0);
		this.broker.restart();
		await().atMost(TIMEOUT).until(() -> connection.getStatus() == Status.CONNECTED);
		assertThat(answers(connection)).isTrue();
	}

	@Test
	void aConnectionWhoseEndFailedHalfwayIsMadeAnew() {
		Connection connection = connect(options().dataPortType(FailingDataPort.class.getName()));
		FailingDataPort.failures.set(1);
		this.broker.restart();
		await().atMost(TIMEOUT).until(() -> FailingDataPort.failures.get() == 0);
		await().atMost(TIMEOUT).until(() -> connection.getStatus() == Status.CONNECTED && answers(connection));
	}

	@Test
	void aConnectionWhoseFirstAttemptFailedIsMade() {
		Options options = options().reconnectDelayHandler(this::delayOrFail).build();
		this.broker.stop();
		this.failures.set(1);
		Connection connection = watched(this.connector.connect(options, Duration.ZERO));
		await().atMost(TIMEOUT).until(() -> this.failures.get() == 0);
		this.broker.restart();
		await().atMost(TIMEOUT).until(() -> connection.getStatus() == Status.CONNECTED);
	}

	@Test
	void aConnectionWhoseFirstAttemptFailedIsThereHoweverLateItsEventsAre() {
		Options options = options().errorListener(new ErrorListener() {

			@Override
			public void exceptionOccurred(Connection connection, Exception exception) {
				awaitEndOfConnecting();
			}

		}).reconnectDelayHandler(this::delayOrFail).build();
		this.broker.stop();
		this.failures.set(1);
		Connection connection = watched(this.connector.connect(options, Duration.ZERO));
		this.broker.restart();
		await().atMost(TIMEOUT).until(() -> connection.getStatus() == Status.CONNECTED);
	}

	private void awaitEndOfConnecting() {
		await().atMost(TIMEOUT)
			.until(() -> this.failures.get() == 0 && Thread.getAllStackTraces()
				.keySet()
				.stream()
				.noneMatch((thread) -> "nats-connect".equals(thread.getName())));
	}

	@Test
	void theWatchdogGoesOnWhateverIsThrown() {
		AtomicInteger asked = new AtomicInteger();
		StatisticsCollector statistics = new NoOpStatistics() {

			@Override
			public long getInBytes() {
				asked.incrementAndGet();
				failIfDue(ConnectionWatchdogFailureTests.this.failures);
				return 0;
			}

		};
		connect(options().statisticsCollector(statistics));
		this.failures.set(3);
		await().atMost(TIMEOUT).until(() -> asked.get() > 10);
		assertThat(this.failures).hasValue(0);
		assertThat(this.watchdog.isWatching()).isTrue();
	}

	@Test
	void aWatchdogWhoseThreadHasDiedIsStartedAnew() throws Exception {
		Connection connection = this.connector.connectNow(options().build());
		BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
		this.watchdog = new ConnectionWatchdog(connection, SHORT, SHORT, (task) -> {
			Thread thread = threads.isEmpty() ? new Thread(() -> {
			}) : new Thread(task);
			threads.add(thread);
			return thread;
		});
		assertThat(this.watchdog.isWatching()).isFalse();
		this.watchdog.start();
		threads.peek().join();
		assertThat(this.watchdog.isWatching()).isFalse();
		this.watchdog.start();
		assertThat(this.watchdog.isWatching()).isTrue();
		this.watchdog.start();
		assertThat(threads).hasSize(2);
		this.watchdog.close();
		assertThat(threads.poll(30, TimeUnit.SECONDS)).isNotNull();
		this.watchdog.start();
		assertThat(threads).hasSize(1);
	}

	private Options.Builder options() {
		return this.connector.options().server(this.broker.url()).reconnectWait(SHORT).reconnectJitter(SHORT);
	}

	private Connection connect(Options.Builder options) {
		return watched(this.connector.connectNow(options.build()));
	}

	private Connection watched(Connection connection) {
		this.watchdog = new ConnectionWatchdog(connection, SHORT, Duration.ofSeconds(2));
		this.watchdog.start();
		return connection;
	}

	private Duration delayOrFail(long round) {
		failIfDue(this.failures);
		return SHORT;
	}

	private static boolean answers(Connection connection) {
		try {
			connection.flush(Duration.ofSeconds(30));
			return true;
		}
		catch (Exception ex) {
			return false;
		}
	}

	private static void failIfDue(AtomicInteger failures) {
		if (failures.getAndUpdate((left) -> Math.max(0, left - 1)) > 0) {
			throw new OutOfMemoryError("test");
		}
	}

	/**
	 * A socket that cannot be closed for as many times as there are failures.
	 */
	public static final class FailingDataPort extends SocketDataPort {

		private static final AtomicInteger failures = new AtomicInteger();

		@Override
		public void forceClose() throws IOException {
			failIfDue(failures);
			super.forceClose();
		}

	}

}
