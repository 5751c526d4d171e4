package io.natsproxy.it.agent;

import java.time.Duration;

import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.gateway.SharedGateway;
import io.natsproxy.it.stream.SlowClients;
import io.natsproxy.it.support.ForkedApplication;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * More that is slow, or never goes on, than an agent with a heap of 128 MB could hold.
 * Others are served meanwhile, and nothing is held afterwards.
 */
@Timeout(120)
class AgentMemoryIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final int CLIENTS = 200;

	private static final int LENGTH = 1_000_000;

	private static final int FIRST_PART = 400_000;

	/**
	 * Requests that are not answered yet: far fewer bytes than the 64 MB upon which
	 * nats-server cuts a connection that is slow to read.
	 */
	private static final int AT_ONCE = 80;

	/**
	 * One frame for each stream may go beyond what was granted.
	 */
	private static final long BEYOND = CLIENTS * 32L * 1024;

	private static final HostileUpstream upstream = new HostileUpstream();

	private static TestBroker broker;

	private static DisposableServer server;

	private static TestApplication gateway;

	private static ForkedApplication agent;

	@BeforeAll
	static void start() throws Exception {
		broker = TestBroker.start();
		server = HttpServer.create().host("127.0.0.1").port(0).handle(upstream::handle).bindNow();
		gateway = TestApplication.gateway(broker)
			.properties("natsproxy.agent.enabled=false", "natsproxy.stream.lost-after=2s")
			.start();
		agent = TestApplication.webFlux(broker, "agent")
			.properties("natsproxy.service.enabled=false", "natsproxy.stream.lost-after=2s",
					"natsproxy.agent.metrics=true", "natsproxy.agent.upstreams[0].name=hostile",
					"natsproxy.agent.upstreams[0].paths=/agent/**",
					"natsproxy.agent.upstreams[0].url=http://127.0.0.1:" + server.port(),
					"management.endpoints.web.exposure.include=health,metrics",
					"management.endpoint.health.show-details=always")
			.fork();
	}

	@AfterAll
	static void stop() {
		agent.close();
		gateway.close();
		server.disposeNow();
		broker.close();
	}

	/**
	 * Others get room, though a busy machine may take longer than a time-out for it.
	 */
	private static void assertOthersAreServed() {
		AgentChain.await().atMost(PATIENCE).untilAsserted(() -> {
			assertThat(RawHttpClient.get(gateway.port(), "/agent/ok").text()).isEqualTo("ok");
			assertThat(RawHttpClient.exchange(gateway.port(), RawHttpClient.post("/agent/upload", "hello")).text())
				.isEqualTo("5");
		});
	}

	private static long metric(String name) {
		String text = RawHttpClient.get(agent.port(), "/actuator/metrics/" + name).text();
		return (long) Double.parseDouble(text.replaceAll("(?s).*\"value\":([0-9.E]+).*", "$1"));
	}

	private static void assertNothingIsLeft() {
		AgentChain.await().atMost(PATIENCE).untilAsserted(() -> {
			assertThat(metric("natsproxy.memory.used")).isZero();
			assertThat(metric("reactor.netty.connection.provider.active.connections")).isZero();
			assertThat(upstream.busy()).isZero();
			assertThat(RawHttpClient.get(agent.port(), "/actuator/health").text()).contains("\"inFlight\":0",
					"\"webSockets\":0");
		});
		SharedGateway.awaitNothingInFlight(gateway);
		assertThat(metric("natsproxy.memory.peak")).isLessThanOrEqualTo(metric("natsproxy.memory.limit") + BEYOND);
		assertThat(agent.isRunning()).isTrue();
		assertThat(agent.output()).doesNotContain("OutOfMemory", "LEAK");
		assertOthersAreServed();
	}

	/**
	 * Twice as much as may be held, of which no more ever comes.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "upload", "unread" })
	void uploadsThatNeverGoOnLeaveRoomForOthers(String name) {
		try (StreamingCaller caller = new StreamingCaller(broker)) {
			for (int i = 0; i < CLIENTS; i++) {
				int others = i - AT_ONCE;
				AgentChain.await().atMost(PATIENCE).until(() -> caller.answers() > others);
				caller.upload(name, FIRST_PART);
			}
			AgentChain.await().atMost(PATIENCE).until(() -> caller.answers() == CLIENTS);
			assertThat(caller.refusals()).isBetween(1, CLIENTS - 1);
			assertOthersAreServed();
		}
		assertNothingIsLeft();
	}

	@ParameterizedTest
	@ValueSource(strings = { "upload", "unread" })
	void uploadsThatStopShortOfTheirEndLeaveRoomForOthers(String name) throws Exception {
		try (SlowClients clients = new SlowClients(gateway.port(), CLIENTS)) {
			clients.send("POST /agent/" + name + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + LENGTH + "\r\n\r\n",
					LENGTH - 100, Duration.ofSeconds(2));
			assertOthersAreServed();
		}
		assertNothingIsLeft();
	}

	@Test
	void downloadsThatAreNotReadLeaveRoomForOthers() throws Exception {
		try (SlowClients clients = new SlowClients(gateway.port(), CLIENTS)) {
			clients.send("GET /agent/flood HTTP/1.1\r\nHost: a\r\n\r\n", 0, PATIENCE);
			AgentChain.await().atMost(PATIENCE).until(() -> upstream.busy() > 10);
			assertOthersAreServed();
		}
		assertNothingIsLeft();
	}

}
