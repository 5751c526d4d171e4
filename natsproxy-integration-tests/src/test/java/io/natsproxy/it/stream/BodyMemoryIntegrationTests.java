package io.natsproxy.it.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.gateway.SharedGateway;
import io.natsproxy.it.support.ForkedApplication;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients that send or read slowly, more of them than the memory of a gateway and of a
 * service holds bodies of: each is a process with a heap of 128 MB. Others are served
 * meanwhile, and nothing is held when they have gone.
 */
@Timeout(120)
class BodyMemoryIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final int CLIENTS = 350;

	private static final int LENGTH = 1_000_000;

	/**
	 * One frame for each stream may go beyond what was granted.
	 */
	private static final long BEYOND = CLIENTS * 32L * 1024;

	private static TestBroker broker;

	private static ForkedApplication gateway;

	private static ForkedApplication service;

	@BeforeAll
	static void start() throws Exception {
		broker = TestBroker.start();
		service = StreamChain.service(broker).fork();
		gateway = TestApplication.gateway(broker)
			.properties("management.endpoints.web.exposure.include=metrics")
			.fork();
	}

	@AfterAll
	static void stop() throws Exception {
		gateway.close();
		service.close();
		broker.close();
	}

	/**
	 * Others get room, though a busy machine may take longer than a time-out for it.
	 */
	private static void assertOthersAreServed() {
		StreamChain.await(PATIENCE).untilAsserted(BodyMemoryIntegrationTests::assertServed);
	}

	private static void assertServed() {
		assertThat(RawHttpClient.get(gateway.port(), "/stream/memory/download?size=20").body()).hasSize(20);
		RawHttpClient.Response collected = RawHttpClient.exchange(gateway.port(),
				RawHttpClient.post("/stream/memory/collect", "hello", "Content-Type: application/octet-stream"));
		assertThat(collected.status()).isEqualTo(200);
		assertThat(collected.text()).isEqualTo("5");
	}

	private static long memory(String metric) {
		String text = RawHttpClient.get(gateway.port(), "/actuator/metrics/natsproxy.memory." + metric).text();
		String value = text.replaceAll("(?s).*\"value\":([0-9.E]+).*", "$1");
		return (long) Double.parseDouble(value);
	}

	private static void assertNothingIsLeft() {
		// What is asked for is a small response itself.
		StreamChain.await(PATIENCE).untilAsserted(() -> assertThat(memory("used")).isLessThan(4096));
		assertThat(memory("peak")).isLessThanOrEqualTo(memory("limit") + BEYOND);
		assertThat(gateway.isRunning()).isTrue();
		assertThat(service.isRunning()).isTrue();
		assertThat(gateway.output() + service.output()).doesNotContain("OutOfMemoryError");
		assertOthersAreServed();
	}

	@Test
	void uploadsThatStopShortOfTheirEndLeaveRoomForOthers() throws Exception {
		try (SlowClients clients = new SlowClients(gateway.port(), CLIENTS)) {
			clients.send("POST /stream/slow/upload HTTP/1.1\r\nHost: a\r\nContent-Length: " + LENGTH + "\r\n\r\n",
					LENGTH - 100, PATIENCE);
			assertOthersAreServed();
		}
		assertNothingIsLeft();
	}

	@Test
	void uploadsThatAServiceCollectsLeaveRoomForOthers() throws Exception {
		try (SlowClients clients = new SlowClients(gateway.port(), CLIENTS)) {
			clients.send("POST /stream/slow/collect HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\n"
					+ "Content-Length: " + LENGTH + "\r\n\r\n", LENGTH - 100, PATIENCE);
			assertOthersAreServed();
		}
		assertNothingIsLeft();
	}

	@Test
	void downloadsThatAreNotReadLeaveRoomForOthers() throws Exception {
		try (SlowClients clients = new SlowClients(gateway.port(), CLIENTS)) {
			clients.send("GET /stream/slow/download?size=100000000000 HTTP/1.1\r\nHost: a\r\n\r\n", 0, PATIENCE);
			assertOthersAreServed();
		}
		assertNothingIsLeft();
	}

	@Test
	void downloadsThatBeginAtOnceAreAllCompleted() throws Exception {
		int count = 200;
		try (TestApplication own = StreamChain.service(broker).start();
				TestApplication fast = TestApplication.gateway(broker)
					.properties("natsproxy.gateway.timeout=30s", "natsproxy.gateway.max-in-flight-per-address=1000",
							"natsproxy.gateway.max-streams-per-address=1000")
					.start()) {
			List<RawHttpClient> clients = new ArrayList<>();
			try {
				for (int i = 0; i < count; i++) {
					clients.add(new RawHttpClient(fast.port()));
				}
				clients.forEach((client) -> client
					.send(RawHttpClient.request("GET", "/stream/at-once/download?size=" + LENGTH)));
				for (RawHttpClient client : clients) {
					RawHttpClient.Response response = client.read();
					assertThat(response.status()).isEqualTo(200);
					assertThat(response.body()).hasSize(LENGTH);
				}
				SharedGateway.awaitNothingInFlight(fast);
				StreamChain.await(PATIENCE).until(() -> own.inFlight() == 0);
			}
			finally {
				clients.forEach(RawHttpClient::close);
			}
		}
	}

}
