package io.natsproxy.it.stream;

import java.time.Duration;

import io.natsproxy.it.gateway.Peer;
import io.natsproxy.it.gateway.SharedGateway;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One gateway and one service for all tests of this package. After each test nothing may
 * be in flight in either, and after each class no buffer may have been lost.
 */
final class StreamChain implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

	private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(StreamChain.class);

	private final SharedGateway shared = new SharedGateway();

	private volatile Running running;

	@Override
	public void beforeAll(ExtensionContext context) {
		this.shared.beforeAll(context);
		this.running = context.getRoot()
			.getStore(NAMESPACE)
			.computeIfAbsent(Running.class, (key) -> new Running(this.shared), Running.class);
	}

	int port() {
		return this.running.gateway.port();
	}

	/**
	 * Returns a builder of a service that streams.
	 */
	static TestApplication.Builder service(TestBroker broker) {
		return TestApplication.service(broker, "streams").with(StreamRoutes.class);
	}

	Probe probe(String name) {
		return this.running.service.bean(StreamRoutes.class).probe(name);
	}

	/**
	 * Returns a new peer, which is closed after the test if not before.
	 */
	Peer peer() {
		return this.shared.peer();
	}

	/**
	 * How many requests the service handles.
	 */
	int inFlight() {
		return this.running.service.inFlight();
	}

	@Override
	public void afterEach(ExtensionContext context) {
		this.shared.afterEach(context);
		SharedGateway.awaitNothingInFlight(this.running.gateway);
		await(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(this.running.service.inFlight()).isZero());
	}

	@Override
	public void afterAll(ExtensionContext context) {
		this.shared.afterAll(context);
	}

	static ConditionFactory await(Duration atMost) {
		return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10)).atMost(atMost);
	}

	private static final class Running implements AutoCloseable {

		private final TestApplication gateway;

		private final TestApplication service;

		private Running(SharedGateway shared) {
			this.service = service(shared.broker()).start();
			this.gateway = TestApplication.gateway(shared.broker())
				.with(StreamGateway.class)
				.properties("natsproxy.gateway.body-limits[0].path=/stream/limited/**",
						"natsproxy.gateway.body-limits[0].max-size=2MB")
				.start();
		}

		@Override
		public void close() {
			this.gateway.close();
			this.service.close();
		}

	}

}
