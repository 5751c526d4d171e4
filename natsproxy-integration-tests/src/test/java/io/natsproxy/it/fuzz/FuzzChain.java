package io.natsproxy.it.fuzz;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.natsproxy.core.liveness.Heartbeat;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A broker, a gateway and a service, and what must be so when they have been fuzzed.
 */
final class FuzzChain implements AutoCloseable {

	/**
	 * The first case; the others follow it.
	 */
	static final long SEED = Long.getLong("natsproxy.fuzz.seed", 1);

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final Errors errors = new Errors();

	private final TestBroker broker = TestBroker.start();

	private final TestApplication service;

	private final TestApplication gateway;

	FuzzChain() {
		this.errors.start();
		rootLogger().addAppender(this.errors);
		this.service = TestApplication.service(this.broker, "fuzz")
			.with(FuzzService.class)
			.properties("natsproxy.stream.lost-after=2s")
			.start();
		this.gateway = TestApplication.gateway(this.broker)
			.properties("natsproxy.gateway.timeout=2s", "natsproxy.stream.lost-after=2s")
			.start();
	}

	static int cases(int defaultCases) {
		return Integer.getInteger("natsproxy.fuzz.cases", defaultCases);
	}

	private static Logger rootLogger() {
		return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
	}

	TestBroker broker() {
		return this.broker;
	}

	int port() {
		return this.gateway.port();
	}

	FuzzService service() {
		return this.service.bean(FuzzService.class);
	}

	/**
	 * Nothing is in flight, no thread is lost, and nothing was logged as our own fault.
	 */
	void assertUnharmed() {
		await().atMost(PATIENCE).untilAsserted(() -> {
			assertThat(this.gateway.inFlight()).as("in flight in the gateway").isZero();
			assertThat(this.service.inFlight()).as("in flight in the service").isZero();
		});
		assertThat(this.gateway.bean(Heartbeat.class).lost()).isEmpty();
		assertThat(this.service.bean(Heartbeat.class).lost()).isEmpty();
		assertThat(this.errors.lines()).as("logged as an error").isEmpty();
	}

	@Override
	public void close() {
		this.gateway.close();
		this.service.close();
		this.broker.close();
		rootLogger().detachAppender(this.errors);
	}

	private static final class Errors extends AppenderBase<ILoggingEvent> {

		private final Queue<String> lines = new ConcurrentLinkedQueue<>();

		@Override
		protected void append(ILoggingEvent event) {
			boolean leak = event.getFormattedMessage().startsWith("LEAK");
			if (event.getLevel().isGreaterOrEqual(Level.ERROR) || leak) {
				this.lines.add(event.getLoggerName() + ": " + event.getFormattedMessage());
			}
		}

		List<String> lines() {
			return List.copyOf(this.lines);
		}

	}

}
