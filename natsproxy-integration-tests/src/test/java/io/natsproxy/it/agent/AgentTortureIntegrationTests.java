package io.natsproxy.it.agent;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.natsproxy.it.fuzz.NatsCase;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.gateway.RawNatsClient;
import io.natsproxy.it.gateway.SharedGateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Upstreams that stall or flood, callers that keep to nothing, and a broker that goes
 * away, with an agent between them. Whatever happens, others are served, and nothing is
 * left.
 */
@Timeout(120)
class AgentTortureIntegrationTests {

	/**
	 * Looks for buffers that were lost.
	 */
	@RegisterExtension
	static final SharedGateway shared = new SharedGateway();

	private static final int MANY = 50;

	private static final int SOCKETS = 20;

	private static final HostileUpstream upstream = new HostileUpstream();

	private static AgentChain chain;

	@BeforeAll
	static void start() {
		chain = new AgentChain(upstream::handle, "natsproxy.agent.max-streams=" + MANY, "natsproxy.memory.budget=64MB",
				"natsproxy.stream.lost-after=2s", "natsproxy.stream.idle-timeout=3s",
				"natsproxy.agent.upstreams[0].paths=/agent/**", "natsproxy.agent.upstreams[1].name=stalling",
				"natsproxy.agent.upstreams[1].paths=/stalling/**", "natsproxy.agent.upstreams[1].response-timeout=1s",
				"natsproxy.agent.upstreams[1].stall-timeout=1s",
				"natsproxy.agent.upstreams[1].url=http://127.0.0.1:${upstream.port}");
	}

	@AfterAll
	static void stop() {
		chain.close();
	}

	@AfterEach
	void nothingIsLeft() {
		chain.awaitNothingLeft();
		AgentChain.await().untilAsserted(() -> assertThat(upstream.busy()).isZero());
		assertOthersAreServed();
		assertThat(chain.lostThreads()).isEmpty();
	}

	private static void assertOthersAreServed() {
		assertThat(RawHttpClient.get(chain.port(), "/agent/ok").text()).isEqualTo("ok");
		assertThat(RawHttpClient.exchange(chain.port(), RawHttpClient.post("/agent/upload", "hello")).text())
			.isEqualTo("5");
	}

	/**
	 * Sends as many requests at once, and returns when all have reached the upstream.
	 */
	private static List<RawHttpClient> clients(int count, String request) {
		int before = upstream.begun();
		List<RawHttpClient> clients = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			clients.add(new RawHttpClient(chain.port()).send(request));
		}
		AgentChain.await().until(() -> upstream.begun() == before + count);
		return clients;
	}

	/**
	 * The client sends no more of its body, either: 408 where that is noticed first.
	 */
	private static void assertBroken(RawHttpClient client) {
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> {
			RawHttpClient.Response response = client.read();
			assertThat(response.status()).isIn(408, 502, 503, 504);
			throw new IllegalStateException("Refused");
		});
	}

	@Test
	void upstreamThatStallsBeforeItsHeadIsTooLate() {
		List<RawHttpClient> clients = clients(MANY, RawHttpClient.request("GET", "/stalling/head"));
		assertOthersAreServed();
		for (RawHttpClient client : clients) {
			try (client) {
				assertThat(client.read().status()).isEqualTo(504);
			}
		}
	}

	@Test
	void upstreamThatStallsWithinItsBodyIsBrokenOff() {
		List<RawHttpClient> clients = clients(MANY, RawHttpClient.request("GET", "/stalling/body"));
		assertOthersAreServed();
		for (RawHttpClient client : clients) {
			try (client) {
				assertThatExceptionOfType(RuntimeException.class).isThrownBy(client::read);
			}
		}
	}

	@Test
	void upstreamThatReadsNothingIsTooLate() {
		List<RawHttpClient> clients = clients(MANY / 2,
				"POST /stalling/unread HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
		byte[] part = new byte[100_000];
		List<CompletableFuture<Void>> uploads = new ArrayList<>();
		for (RawHttpClient client : clients) {
			uploads.add(CompletableFuture.runAsync(() -> {
				// Up to the answer, after which the connection is closed.
				for (int i = 0; i < 1000; i++) {
					client.send(part);
				}
			}, (task) -> new Thread(task, "upload").start()));
		}
		assertOthersAreServed();
		for (RawHttpClient client : clients) {
			try (client) {
				assertThat(client.read().status()).isEqualTo(504);
			}
			catch (RuntimeException ex) {
				// The answer was lost with the connection.
			}
		}
		AgentChain.await().until(() -> uploads.stream().allMatch(CompletableFuture::isDone));
	}

	@Test
	void floodEndsWithThoseWhoHaveAskedForIt() {
		List<RawHttpClient> clients = clients(MANY / 2, RawHttpClient.request("GET", "/agent/flood"));
		for (RawHttpClient client : clients) {
			assertThat(client.readBytes(200_000)).hasSize(200_000);
		}
		assertOthersAreServed();
		clients.forEach(RawHttpClient::reset);
	}

	@Test
	void callersThatVanishAreGivenUp() {
		try (StreamingCaller caller = new StreamingCaller(chain.broker())) {
			for (int i = 0; i < MANY / 2; i++) {
				caller.download("flood");
				caller.upload("upload", 1000);
			}
			AgentChain.await().until(() -> caller.answers() == MANY);
			assertThat(caller.refusals()).isZero();
			// Bodies of one message need no place among the streams.
			assertOthersAreServed();
			AgentChain.await().until(() -> upstream.busy() == 0);
		}
	}

	@Test
	void callersThatOnlyPingLoseTheirPlaces() {
		try (StreamingCaller caller = new StreamingCaller(chain.broker())) {
			for (int i = 0; i < MANY + 10; i++) {
				caller.upload("upload", 1000);
			}
			AgentChain.await().until(() -> caller.answers() == MANY + 10);
			assertThat(caller.refusals()).isEqualTo(10);
			assertOthersAreServed();
			AgentChain.await().until(() -> {
				caller.ping();
				return upstream.busy() == 0;
			});
		}
	}

	@Test
	void webSocketsThatOnlyPingTakeNothingFromOthers() {
		List<TestClient> sockets = new ArrayList<>();
		try {
			for (int i = 0; i < SOCKETS; i++) {
				sockets.add(TestClient.open(chain.port(), "/agent/socket"));
			}
			for (int round = 0; round < 20; round++) {
				sockets.forEach(TestClient::ping);
			}
			assertOthersAreServed();
			assertThat(RawHttpClient.exchange(chain.port(),
					RawHttpClient.request("GET", "/agent/socket", "Connection: Upgrade", "Upgrade: websocket",
							"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="))
				.status()).isEqualTo(503);
			assertThat(upstream.busy()).isEqualTo(SOCKETS);
		}
		finally {
			sockets.forEach(TestClient::close);
		}
	}

	@Test
	void webSocketWhoseUpstreamReadsNothingIsGivenUp() throws Exception {
		try (TestClient socket = TestClient.open(chain.port(), "/stalling/socket")) {
			CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
				for (int i = 0; i < 10_000; i++) {
					socket.send(ByteBuffer.allocate(60_000)).join();
				}
			}, (task) -> new Thread(task, "sender").start());
			assertThat(socket.awaitClose()).startsWith("1014");
			socket.abort();
			AgentChain.await().until(sending::isDone);
		}
	}

	@Test
	void brokerThatGoesAwayEndsAllThatIsUnderWay() {
		List<RawHttpClient> clients = clients(10, RawHttpClient.request("GET", "/agent/flood"));
		clients.addAll(clients(10, "POST /agent/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n"));
		clients.subList(10, 20).forEach((client) -> client.send(new byte[1_000_000]));
		List<TestClient> sockets = new ArrayList<>();
		try {
			for (int i = 0; i < 5; i++) {
				sockets.add(TestClient.open(chain.port(), "/agent/socket"));
			}
			assertThat(upstream.busy()).isPositive();
			chain.broker().stop();
			AgentChain.await().until(() -> upstream.busy() == 0);
			chain.broker().restart();
			AgentChain.await().untilAsserted(AgentTortureIntegrationTests::assertOthersAreServed);
			clients.subList(10, 20).forEach(AgentTortureIntegrationTests::assertBroken);
		}
		finally {
			sockets.forEach(TestClient::close);
			clients.forEach(RawHttpClient::close);
		}
	}

	@Test
	void whateverIsPublishedTheAgentGoesOn() {
		try (StreamingCaller frames = new StreamingCaller(chain.broker());
				RawNatsClient raw = new RawNatsClient(chain.broker())) {
			for (int seed = 1; seed <= 1000; seed++) {
				NatsCase fuzz = new NatsCase(seed);
				NatsCase.Fuzzed message = switch (fuzz.next(3)) {
					case 0 -> fuzz.head("Natsproxy-Version: 1", "Natsproxy-Method: POST",
							"Natsproxy-Target: /agent/upload", "Natsproxy-Body: stream", "Natsproxy-Timeout: 1000");
					case 1 -> fuzz.head("Natsproxy-Version: 1", "Natsproxy-Method: POST",
							"Natsproxy-Target: /agent/upload", "Natsproxy-Timeout: 1000");
					default -> fuzz.frame(1);
				};
				raw.publish("POST:.agent.upload " + frames.nextInbox(), message.headers(), message.payload());
				if (seed % 100 == 0) {
					raw.flush();
					frames.fuzz((number) -> fuzz.frame(number), raw);
					assertOthersAreServed();
				}
			}
			raw.flush();
			assertThat(frames.answers()).isPositive();
		}
	}

}
