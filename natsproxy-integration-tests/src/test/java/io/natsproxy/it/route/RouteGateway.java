package io.natsproxy.it.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.natsproxy.it.gateway.Peer;
import io.natsproxy.it.gateway.SharedGateway;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A broker, a gateway with declared routes, and a peer of NATS, for one test class. After
 * each test nothing may be in flight.
 */
final class RouteGateway implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

	private final List<String> properties = new ArrayList<>();

	private final boolean jetStream;

	private Class<?>[] components = {};

	private TestBroker broker;

	private TestApplication gateway;

	private final Queue<Peer> peers = new ConcurrentLinkedQueue<>();

	private RouteGateway(boolean jetStream) {
		this.jetStream = jetStream;
	}

	/**
	 * Returns a gateway on any broker.
	 */
	static RouteGateway create() {
		return new RouteGateway(false);
	}

	/**
	 * Returns a gateway on a server with JetStream. Its tests are skipped where there is
	 * none.
	 */
	static RouteGateway withJetStream() {
		return new RouteGateway(true);
	}

	/**
	 * Adds properties of the next route.
	 * @param route {@code name=value}, without that the name begins with
	 * {@code natsproxy.gateway.routes[…]}
	 */
	RouteGateway route(String... route) {
		long index = this.properties.stream().filter((property) -> property.contains("].path=")).count();
		for (String property : route) {
			this.properties.add("natsproxy.gateway.routes[" + index + "]." + property);
		}
		return this;
	}

	RouteGateway properties(String... properties) {
		this.properties.addAll(List.of(properties));
		return this;
	}

	RouteGateway with(Class<?>... components) {
		this.components = components;
		return this;
	}

	@Override
	public void beforeAll(ExtensionContext context) {
		if (this.jetStream) {
			Assumptions.assumeTrue(TestBroker.isServer(), "JetStream takes a real nats-server");
		}
		this.broker = this.jetStream ? TestBroker.startJetStream() : TestBroker.start();
		this.gateway = TestApplication.gateway(this.broker)
			.with(this.components)
			.properties(this.properties.toArray(String[]::new))
			.start();
	}

	TestBroker broker() {
		return this.broker;
	}

	TestApplication gateway() {
		return this.gateway;
	}

	/**
	 * Returns a new peer, which is closed after the test.
	 */
	Peer peer() {
		Peer peer = new Peer(this.broker);
		this.peers.add(peer);
		return peer;
	}

	int port() {
		return this.gateway.port();
	}

	@Override
	public void afterEach(ExtensionContext context) {
		for (Peer peer = this.peers.poll(); peer != null; peer = this.peers.poll()) {
			peer.close();
		}
		SharedGateway.awaitNothingInFlight(this.gateway);
	}

	@Override
	public void afterAll(ExtensionContext context) {
		if (this.gateway != null) {
			this.gateway.close();
		}
		if (this.broker != null) {
			this.broker.close();
		}
	}

}
