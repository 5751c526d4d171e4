package io.natsproxy.agent;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.core.header.NatsHeaders;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.subject.ReplySubjects;
import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.client.NatsClientHttpConnector;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A caller and agents on one broker. After each test nothing may be in flight, nor any
 * memory be held.
 */
abstract class AbstractAgentTests {

	static final Duration TIMEOUT = Duration.ofSeconds(20);

	private static TestBroker broker;

	private final Deque<AutoCloseable> opened = new ArrayDeque<>();

	private final NatsConnector callerConnector = new NatsConnector("caller", "");

	private final NatsConnector agentConnector = new NatsConnector("agent", "");

	private final ByteBudget budget = new ByteBudget(64 * 1024 * 1024);

	private NatsExchanges agentSide;

	private NatsCaller caller;

	@BeforeAll
	static void startBroker() {
		broker = TestBroker.start();
	}

	@AfterAll
	static void closeBroker() {
		broker.close();
	}

	@BeforeEach
	void connect() {
		NatsExchanges callerSide = exchanges(this.callerConnector, new ByteBudget(64 * 1024 * 1024));
		this.agentSide = exchanges(this.agentConnector, this.budget);
		this.caller = opened(new NatsCaller(callerSide, NatsCallerOptions.DEFAULTS));
	}

	private NatsExchanges exchanges(NatsConnector connector, ByteBudget budget) {
		opened(connector);
		return opened(new NatsExchanges(
				connector.connect(connector.options().server(broker.url()).build(), Duration.ofSeconds(10)), "",
				ReplySubjects.DEFAULT_PREFIXES, budget));
	}

	@AfterEach
	void nothingIsLeft() throws Exception {
		try {
			await().untilAsserted(() -> assertThat(this.caller.underWay()).as("calls").isZero());
			await().untilAsserted(() -> assertThat(this.budget.used()).as("memory of the agent").isZero());
		}
		finally {
			while (!this.opened.isEmpty()) {
				this.opened.pop().close();
			}
		}
	}

	static String brokerUrl() {
		return broker.url();
	}

	final <T extends AutoCloseable> T opened(T closeable) {
		this.opened.push(closeable);
		return closeable;
	}

	final NatsExchanges agentSide() {
		return this.agentSide;
	}

	final ByteBudget budget() {
		return this.budget;
	}

	/**
	 * Returns how many requests the caller knows to be processed.
	 */
	final int processing() {
		return this.caller.processing();
	}

	/**
	 * Returns a client that calls over NATS.
	 */
	final WebClient client() {
		return client(TIMEOUT);
	}

	final WebClient client(Duration timeout) {
		return WebClient.builder()
			.clientConnector(new NatsClientHttpConnector(this.caller, timeout))
			.codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize(64 * 1024 * 1024))
			.baseUrl("http://shop.example")
			.build();
	}

	/**
	 * Publishes a request to a subject, whatever its headers say, and returns the status.
	 */
	final int call(String subject, NatsHeaders headers) {
		return this.caller.request(subject, headers, new byte[0], TIMEOUT, Runnable::run)
			.map((reply) -> reply.head().status())
			.block(TIMEOUT);
	}

	/**
	 * Starts an agent, which is stopped after the test.
	 */
	final Agent serve(Upstream... upstreams) {
		return serve(AgentOptions.DEFAULTS, upstreams);
	}

	final Agent serve(AgentOptions options, Upstream... upstreams) {
		Agent agent = new Agent(this.agentSide, List.of(upstreams), options);
		agent.start();
		opened(agent::stop);
		return agent;
	}

	static Upstream upstream(int port) {
		return upstream(port, UpstreamRequests.DEFAULTS, UpstreamConnections.DEFAULTS);
	}

	static Upstream upstream(int port, UpstreamRequests requests, UpstreamConnections connections) {
		return new Upstream("orders", List.of("/orders/**"), URI.create("http://127.0.0.1:" + port), requests,
				connections, null);
	}

	static UpstreamConnections timeouts(Duration connect, Duration response, Duration stall) {
		UpstreamConnections defaults = UpstreamConnections.DEFAULTS;
		return new UpstreamConnections(defaults.poolSize(), defaults.maxIdleTime(), defaults.maxWebSockets(), connect,
				response, stall, defaults.maxHeadSize(), null);
	}

	static UpstreamRequests requests(String stripPrefix, String host, Map<String, String> headers) {
		return new UpstreamRequests(UpstreamRequests.METHODS, stripPrefix, host, headers);
	}

	static ConditionFactory await() {
		return Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(10))
			.atMost(Duration.ofSeconds(20));
	}

}
