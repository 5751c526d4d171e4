package io.natsproxy.core.connection;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

import io.nats.client.Connection;
import io.nats.client.Connection.Status;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

class NatsConnectorTests {

	private static final Duration PATIENCE = Duration.ofMillis(300);

	private final NatsConnector connector = new NatsConnector("test", "Start one.");

	@AfterEach
	void close() {
		this.connector.close();
	}

	@Test
	void connectReturnsConnectedWhenTheServerIsThere() {
		try (TestServer server = TestServer.start()) {
			Connection connection = connect(server.url(), Duration.ofSeconds(10));
			assertThat(connection.getStatus()).isEqualTo(Status.CONNECTED);
			assertThat(connection.getConnectedUrl()).isEqualTo(server.url());
		}
	}

	@Test
	void subscriptionsMadeBeforeTheServerIsThereWorkOnceItIs() throws Exception {
		int port = TestServer.freePort();
		Connection connection = connect("nats://127.0.0.1:" + port, PATIENCE);
		assertThat(connection.getStatus()).isNotEqualTo(Status.CONNECTED);
		List<String> received = new CopyOnWriteArrayList<>();
		connection.createDispatcher()
			.subscribe("early", "group",
					(message) -> received.add(new String(message.getData(), StandardCharsets.UTF_8)));
		assertThatIllegalStateException().isThrownBy(() -> connection.publish("early", "too early".getBytes()));
		try (TestServer server = TestServer.start(port, null)) {
			await().atMost(Duration.ofSeconds(30)).until(() -> connection.getStatus() == Status.CONNECTED);
			connection.flush(Duration.ofSeconds(30));
			connection.publish("early", "bird".getBytes());
			await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(received).containsExactly("bird"));
			assertThat(connection.getConnectedUrl()).isEqualTo(server.url());
		}
		await().atMost(Duration.ofSeconds(30)).until(() -> connection.getStatus() != Status.CONNECTED);
		try (TestServer server = TestServer.start(port, null)) {
			await().atMost(Duration.ofSeconds(30)).until(() -> connection.getStatus() == Status.CONNECTED);
			await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
				connection.publish("early", "again".getBytes());
				assertThat(received).contains("again");
			});
			assertThat(connection.getConnectedUrl()).isEqualTo(server.url());
		}
	}

	@Test
	void anAddressThatDoesNotAnswerDelaysNobody() throws Exception {
		try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			long start = System.nanoTime();
			Connection connection = this.connector.connect(this.connector.options()
				.server("nats://127.0.0.1:" + silent.getLocalPort())
				.connectionTimeout(Duration.ofMinutes(2))
				.build(), PATIENCE);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(1));
			assertThat(connection.getStatus()).isNotEqualTo(Status.CONNECTED);
			start = System.nanoTime();
			this.connector.close();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(1));
			assertThat(connection.getStatus()).isEqualTo(Status.CLOSED);
		}
	}

	@Test
	void refusedCredentialsAreTriedUntilTheyAreAccepted() {
		int port = TestServer.freePort();
		Connection connection;
		try (TestServer server = TestServer.start(port, "secret")) {
			connection = this.connector.connect(this.connector.options()
				.server(server.url())
				.reconnectWait(Duration.ofMillis(20))
				.reconnectJitter(Duration.ofMillis(1))
				// What a refused attempt takes.
				.connectionTimeout(Duration.ofMillis(500))
				.token("wrong".toCharArray())
				.build(), PATIENCE);
			await().atMost(Duration.ofSeconds(30)).until(() -> connection.getStatistics().getErrs() > 5);
			assertThat(connection.getStatus()).isNotEqualTo(Status.CLOSED);
		}
		try (TestServer server = TestServer.start(port, "wrong")) {
			await().atMost(Duration.ofSeconds(30)).until(() -> connection.getStatus() == Status.CONNECTED);
			assertThat(connection.getConnectedUrl()).isEqualTo(server.url());
		}
	}

	@Test
	void aReconnectWithoutJitterWorks() {
		int port = TestServer.freePort();
		Connection connection = this.connector.connect(this.connector.options()
			.server("nats://127.0.0.1:" + port)
			.reconnectWait(Duration.ofMillis(20))
			.reconnectJitter(Duration.ZERO)
			.build(), PATIENCE);
		try (TestServer server = TestServer.start(port, null)) {
			await().atMost(Duration.ofSeconds(30)).until(() -> connection.getStatus() == Status.CONNECTED);
			assertThat(connection.getConnectedUrl()).isEqualTo(server.url());
		}
	}

	@Test
	void connectNowTellsWhatWasTriedAndWhyItFailed() {
		int port = TestServer.freePort();
		assertThatExceptionOfType(NatsConnectException.class)
			.isThrownBy(() -> this.connector
				.connectNow(this.connector.options().server("nats://user:secret@127.0.0.1:" + port).build()))
			.withMessage("No NATS server at nats://127.0.0.1:" + port + " (connection refused)")
			.matches((ex) -> !ex.isAuthenticationFailure());
	}

	@Test
	void connectNowTellsRefusedCredentialsFromAMissingServer() {
		try (TestServer server = TestServer.start(TestServer.freePort(), "secret")) {
			assertThatExceptionOfType(NatsConnectException.class)
				.isThrownBy(() -> this.connector
					.connectNow(this.connector.options().server(server.url()).token("wrong".toCharArray()).build()))
				.withMessageContaining("refused the credentials")
				.withMessageNotContaining("wrong")
				.matches(NatsConnectException::isAuthenticationFailure);
		}
	}

	@Test
	void allThreadsAreDaemonsAndEndWithTheConnection() {
		try (TestServer server = TestServer.start()) {
			NatsConnector connector = new NatsConnector("daemon-check", "Start one.");
			Connection connection = connector.connect(connector.options().server(server.url()).build(),
					Duration.ofSeconds(10));
			connection.createDispatcher((message) -> {
			}).subscribe("some");
			assertThat(threads("daemon-check")).isNotEmpty().allMatch(Thread::isDaemon);
			connector.close();
			await().atMost(Duration.ofSeconds(5)).until(() -> threads("daemon-check").isEmpty());
		}
	}

	@Test
	void messagesOfEverySizeArriveUnchangedThroughTheGuard() throws Exception {
		try (TestServer server = TestServer.start()) {
			Connection connection = connect(server.url(), Duration.ofSeconds(10));
			Queue<Message> received = new ConcurrentLinkedQueue<>();
			connection.createDispatcher(received::add).subscribe("sizes.>");
			Random random = new Random(7);
			for (int number = 0; number < 2000; number++) {
				byte[] data = new byte[random.nextInt((number % 50 == 0) ? 400_000 : 2_000)];
				random.nextBytes(data);
				Headers headers = new Headers().put("Hash", String.valueOf(Arrays.hashCode(data)))
					.put("Filler", "x".repeat(random.nextInt((number % 90 == 0) ? 200_000 : 300)));
				connection.publish("sizes." + number, (number % 3 == 0) ? null : headers, data);
				if (number % 100 == 0) {
					connection.flush(Duration.ofSeconds(30));
				}
			}
			await().atMost(Duration.ofSeconds(30)).until(() -> received.size() == 2000);
			assertThat(received).filteredOn(Message::hasHeaders)
				.hasSize(1333)
				.allMatch((message) -> String.valueOf(Arrays.hashCode(message.getData()))
					.equals(message.getHeaders().getFirst("Hash")));
			assertThat(connection.getStatistics().getReconnects()).isLessThanOrEqualTo(1);
		}
	}

	private static List<Thread> threads(String name) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith(name))
			.toList();
	}

	private Connection connect(String url, Duration patience) {
		return this.connector.connect(this.connector.options().server(url).build(), patience);
	}

}
