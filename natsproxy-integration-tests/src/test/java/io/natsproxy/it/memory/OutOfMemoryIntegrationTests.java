package io.natsproxy.it.memory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.support.ForkedApplication;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application whose memory is used up for seconds answers again when it is not any
 * more, and finds its broker again.
 */
class OutOfMemoryIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final int CLIENTS = 16;

	private static final Pattern FAILURES = Pattern.compile("Ran out of memory [1-9]\\d* times");

	@Test
	void anApplicationAnswersAgainAfterItRanOutOfMemory() throws Exception {
		try (TestBroker broker = TestBroker.start();
				ForkedApplication application = ForkedApplication.start(GreedyApplication.class, "--server.port=0",
						"--spring.application.name=greedy", "--spring.main.banner-mode=off",
						"--natsproxy.nats.servers=" + broker.url(), "--natsproxy.nats.startup-wait=5s",
						"--natsproxy.gateway.timeout=2s", "--management.endpoint.health.probes.enabled=true")) {
			int port = application.port();
			await().atMost(PATIENCE).ignoreExceptions().until(() -> answers(port));
			AtomicBoolean pressed = new AtomicBoolean(true);
			ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
			try (RawHttpClient greedy = new RawHttpClient(port)) {
				// It may find no memory for its answer.
				greedy.send(RawHttpClient.request("GET", "/greedy"));
				for (int i = 0; i < CLIENTS; i++) {
					clients.execute(() -> press(port, pressed));
				}
				await().atMost(PATIENCE).until(() -> application.output().contains("Ran out of memory"));
			}
			finally {
				pressed.set(false);
				clients.shutdownNow();
			}
			assertThat(application.output()).containsPattern(FAILURES);
			await().atMost(PATIENCE).ignoreExceptions().until(() -> answersOften(port));
			assertThat(application.isRunning()).isTrue();
			broker.restart();
			await().atMost(PATIENCE).ignoreExceptions().until(() -> answersOften(port));
			assertThat(RawHttpClient.get(port, "/actuator/health/liveness").status()).isEqualTo(200);
		}
	}

	/**
	 * Sends requests that may fail in whatever way.
	 */
	private static void press(int port, AtomicBoolean pressed) {
		while (pressed.get()) {
			try (RawHttpClient client = new RawHttpClient(port)) {
				client.send(RawHttpClient.request("GET", "/hello"))
					.send(RawHttpClient.post("/upload", "x".repeat(200_000), "Connection: close"))
					.read();
			}
			catch (RuntimeException ex) {
				// There was no memory for it.
			}
		}
	}

	private static boolean answers(int port) {
		return RawHttpClient.get(port, "/hello").text().equals("hello");
	}

	/**
	 * On many connections, so that each of the event loops is asked.
	 */
	private static boolean answersOften(int port) {
		List<RawHttpClient> clients = new ArrayList<>();
		try {
			boolean all = true;
			for (int i = 0; i < CLIENTS; i++) {
				RawHttpClient client = new RawHttpClient(port);
				clients.add(client);
				all &= client.send(RawHttpClient.request("GET", "/hello")).read().text().equals("hello");
			}
			return all;
		}
		finally {
			clients.forEach(RawHttpClient::close);
		}
	}

}
