package io.natsproxy.it.agent;

import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;

import io.natsproxy.agent.Agent;
import io.natsproxy.core.liveness.Heartbeat;
import io.natsproxy.it.gateway.SharedGateway;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.reactivestreams.Publisher;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A gateway, and an agent before a server.
 */
final class AgentChain implements AutoCloseable {

	private final TestBroker broker = TestBroker.start();

	private final DisposableServer server;

	private final TestApplication gateway;

	private final String[] properties;

	private TestApplication agent;

	/**
	 * Starts all of them.
	 * @param handler answers the requests
	 * @param properties those of gateway and agent beside the ones that they need;
	 * {@code ${upstream.port}} is the port of the server
	 */
	AgentChain(BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> handler, String... properties) {
		this.properties = properties;
		this.server = HttpServer.create().host("127.0.0.1").port(0).handle(handler).bindNow();
		this.gateway = TestApplication.gateway(this.broker)
			.properties("natsproxy.gateway.timeout=20s", "natsproxy.gateway.max-in-flight-per-address=1000",
					"natsproxy.gateway.max-streams-per-address=1000")
			.properties(properties)
			.properties("natsproxy.agent.enabled=false")
			.start();
		this.agent = newAgent();
	}

	private TestApplication newAgent() {
		return TestApplication.service(this.broker, "agent")
			.properties("natsproxy.service.enabled=false", "natsproxy.agent.upstreams[0].name=upstream",
					"natsproxy.agent.upstreams[0].paths=/**", "natsproxy.agent.upstreams[0].max-web-sockets=20",
					"natsproxy.agent.upstreams[0].url=http://127.0.0.1:${upstream.port}",
					"upstream.port=" + this.server.port())
			.properties(this.properties)
			.start();
	}

	TestBroker broker() {
		return this.broker;
	}

	int port() {
		return this.gateway.port();
	}

	Agent agent() {
		return this.agent.bean(Agent.class);
	}

	long memoryUsed() {
		return this.agent.memoryUsed();
	}

	/**
	 * Returns the names of threads of the agent that have died.
	 */
	List<String> lostThreads() {
		return this.agent.bean(Heartbeat.class).lost();
	}

	/**
	 * Stops the agent, and starts another.
	 */
	void replaceAgent() {
		this.agent.close();
		this.agent = newAgent();
	}

	void awaitNothingLeft() {
		SharedGateway.awaitNothingInFlight(this.gateway);
		await().untilAsserted(() -> {
			assertThat(agent().getWebSockets()).isZero();
			assertThat(agent().getUpstreams()).allMatch((state) -> state.inFlight() == 0 && state.webSockets() == 0);
			assertThat(memoryUsed()).isZero();
		});
	}

	static ConditionFactory await() {
		return Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(10))
			.atMost(Duration.ofSeconds(20));
	}

	@Override
	public void close() {
		this.gateway.close();
		this.agent.close();
		this.server.disposeNow();
		this.broker.close();
	}

}
