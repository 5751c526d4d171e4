package io.natsproxy.it.gateway;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A gateway for one test class, and services behind it, on the broker of
 * {@link SharedGateway}. They start before the first test, and are closed together after
 * the last. After each test its peers are closed, and nothing may be in flight.
 */
final class GatewayChain implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

	private final SharedGateway shared = new SharedGateway();

	private final String[] properties;

	private final List<Function<TestBroker, TestApplication.Builder>> services = new ArrayList<>();

	private final Deque<TestApplication> running = new ArrayDeque<>();

	private Class<?>[] components = {};

	private GatewayChain(String... properties) {
		this.properties = properties;
	}

	/**
	 * Returns a chain whose gateway has properties.
	 * @param properties {@code name=value}
	 */
	static GatewayChain of(String... properties) {
		return new GatewayChain(properties);
	}

	/**
	 * Gives the gateway configurations, controllers and other components.
	 */
	GatewayChain with(Class<?>... components) {
		this.components = components;
		return this;
	}

	/**
	 * Adds a service.
	 * @param name its name and queue group
	 * @param controllers the class with its routes
	 * @param properties {@code name=value}
	 */
	GatewayChain service(String name, Class<?> controllers, String... properties) {
		this.services.add((broker) -> TestApplication.service(broker, name).with(controllers).properties(properties));
		return this;
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		this.shared.beforeAll(context);
		this.services.forEach((service) -> this.running.push(service.apply(broker()).start()));
		this.running.push(TestApplication.gateway(broker()).with(this.components).properties(this.properties).start());
	}

	TestBroker broker() {
		return this.shared.broker();
	}

	TestApplication gateway() {
		return this.running.element();
	}

	int port() {
		return gateway().port();
	}

	/**
	 * Returns the port of the gateway that all classes share, which has the default
	 * properties.
	 */
	int sharedPort() {
		return this.shared.port();
	}

	/**
	 * Returns the service that was added last.
	 */
	TestApplication service() {
		return this.running.stream().skip(1).findFirst().orElseThrow();
	}

	/**
	 * Returns a new peer, which is closed after the test.
	 */
	Peer peer() {
		return this.shared.peer();
	}

	void awaitNothingInFlight() {
		SharedGateway.awaitNothingInFlight(gateway());
	}

	@Override
	public void afterEach(ExtensionContext context) {
		this.shared.closePeers();
		awaitNothingInFlight();
		this.shared.afterEach(context);
	}

	@Override
	public void afterAll(ExtensionContext context) {
		while (!this.running.isEmpty()) {
			this.running.pop().close();
		}
		this.shared.afterAll(context);
	}

}
