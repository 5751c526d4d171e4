package io.natsproxy.core.connection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

import io.nats.client.Connection;
import io.nats.client.Connection.Status;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.natsproxy.core.wire.WireProtocol;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class HostilePublisherTests {

	private static TestServer server;

	private final NatsConnector connector = new NatsConnector("test", "Start one.");

	private final Queue<Message> received = new ConcurrentLinkedQueue<>();

	private Connection connection;

	@BeforeAll
	static void startServer() {
		server = TestServer.start();
	}

	@AfterAll
	static void stopServer() {
		server.close();
	}

	@BeforeEach
	void connect() throws Exception {
		this.connection = this.connector.connect(this.connector.options().server(server.url()).build(),
				Duration.ofSeconds(10));
		this.connection.createDispatcher(this.received::add).subscribe(">");
		// A flush that is under way while the connection is made is never answered.
		await().atMost(Duration.ofSeconds(30))
			.ignoreExceptions()
			.untilAsserted(() -> this.connection.flush(Duration.ofSeconds(2)));
	}

	@AfterEach
	void close() {
		this.connector.close();
	}

	@ParameterizedTest
	@MethodSource
	void aMalformedHeaderBlockArrivesAsAMarkedMessage(String headers) throws Exception {
		try (RawClient publisher = new RawClient(server.port())) {
			publisher.publish("some.subject", headers, "data");
			assertThat(publisher.answer()).isEqualTo("PONG");
		}
		Message message = next();
		assertThat(message.getHeaders().keySet()).containsExactly(WireProtocol.MALFORMED_HEADER);
		assertThat(new String(message.getData(), StandardCharsets.UTF_8)).isEqualTo("data");
		assertThatMessagesStillCome();
	}

	static Stream<String> aMalformedHeaderBlockArrivesAsAMarkedMessage() {
		return Stream.of("NATS/1.0\r\nnocolon\r\n\r\n", "x", "NATS/1.0", "NATS/1.0\r\n", "NATS/1.0\r\na:b\r\n",
				"NATS/1.0\r\na:\u00e9\r\n\r\n", "NATS/1.0\r\n\u00e9:a\r\n\r\n", "NATS/1.0\r\n:b\r\n\r\n",
				"NATS/1.0\r\na b:c\r\n\r\n", "NATS/1.0 abc\r\n\r\n", "NATS/1.0 99999999999\r\n\r\n", " ".repeat(40),
				"\r\n".repeat(20), "\0".repeat(100), "NATS/1.0\r\na:b\r\n c:d\r\n\r\n",
				"NATS/1.0\r\nno colon " + "x".repeat(200_000) + "\r\n\r\n");
	}

	/**
	 * The server may refuse these and close the connection of the publisher; what it
	 * passes on must not harm ours.
	 */
	@ParameterizedTest(name = "{0}")
	@MethodSource
	void nothingElseThatAPublisherSendsHarmsTheConnection(String name, String bytes) throws Exception {
		String answer;
		try (RawClient publisher = new RawClient(server.port())) {
			publisher.send(bytes);
			answer = publisher.answer();
		}
		catch (IOException ex) {
			answer = ex.toString();
		}
		assertThat(answer).isNotEmpty();
		assertThatMessagesStillCome();
	}

	static Stream<Arguments> nothingElseThatAPublisherSendsHarmsTheConnection() {
		return Stream.of(arguments("no header bytes", "HPUB s 0 4\r\ndata\r\n"),
				arguments("no header bytes and no data", "HPUB s 0 0\r\n\r\n"),
				arguments("headers without data", "HPUB s 12 12\r\nNATS/1.0\r\n\r\n\r\n"),
				arguments("more headers than message", "HPUB s 12 4\r\nNATS/1.0\r\n\r\n\r\n"),
				arguments("negative header length", "HPUB s -1 4\r\ndata\r\n"),
				arguments("status", "HPUB s r 16 16\r\nNATS/1.0 503\r\n\r\n\r\n"),
				arguments("flow control status", "HPUB s r 35 35\r\nNATS/1.0 100 FlowControl Request\r\n\r\n\r\n"),
				arguments("JetStream reply", "PUB s $JS.ACK.nonsense 4\r\ndata\r\n"),
				arguments("JetStream flow control reply", "PUB s $JS.FC.nonsense 4\r\ndata\r\n"),
				arguments("non-ASCII subject", "PUB \u00e9\u00ff.\u0080 4\r\ndata\r\n"),
				arguments("non-ASCII reply", "PUB s \u00e9\u00ff 4\r\ndata\r\n"),
				arguments("control characters", "PUB a\0b\u0001\u007f\u000b\u000c 4\r\ndata\r\n"),
				arguments("carriage return in the subject", "PUB a\rb 4\r\ndata\r\n"),
				arguments("carriage return at the end of the subject", "PUB a\r 4\r\ndata\r\n"),
				arguments("tabs", "PUB\ta\tb\t4\r\ndata\r\n"), arguments("wildcards", "PUB *.> 4\r\ndata\r\n"),
				arguments("empty tokens", "PUB ..a.. 4\r\ndata\r\n"),
				arguments("longest control line",
						"PUB " + "s".repeat(2000) + " " + "r".repeat(2060) + " 4\r\ndata\r\n"),
				arguments("longest control line with headers",
						"HPUB " + "s".repeat(2000) + " " + "r".repeat(2060) + " 12 12\r\nNATS/1.0\r\n\r\n\r\n"),
				arguments("too long a control line", "PUB " + "s".repeat(70_000) + " 4\r\ndata\r\n"),
				arguments("no line end after the data", "PUB s 4\r\ndataMSG s 1 4\r\ndata\r\n"),
				arguments("a control line in the data", "PUB s 15\r\nHMSG s 1 1 1\r\nx\r\n"),
				arguments("unknown operation", "FOO\r\n"), arguments("huge length", "PUB s 99999999999999999999\r\n"));
	}

	@Test
	@SuppressWarnings("try")
	void theWatchdogRevivesAConnectionWithoutTheGuard() throws Exception {
		try (Connection unguarded = Nats.connect(Options.builder().server(server.url()).maxReconnects(-1).build())) {
			Queue<Message> messages = new ConcurrentLinkedQueue<>();
			unguarded.createDispatcher(messages::add).subscribe("victim.>");
			unguarded.flush(Duration.ofSeconds(30));
			try (ConnectionWatchdog watchdog = new ConnectionWatchdog(unguarded, Duration.ofMillis(200),
					Duration.ofMillis(200)); RawClient publisher = new RawClient(server.port())) {
				publisher.publish("victim.x", "NATS/1.0\r\nnocolon\r\n\r\n", "data");
				publisher.send("PUB victim.lost 4\r\ndata\r\n");
				assertThat(publisher.answer()).isEqualTo("PONG");
				assertThat(next().getSubject()).isEqualTo("victim.x");
				assertThat(messages).isEmpty();
				assertThat(unguarded.getStatus()).isEqualTo(Status.CONNECTED);
				watchdog.start();
				await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
					publisher.send("PUB victim.found 4\r\ndata\r\n");
					assertThat(messages).extracting(Message::getSubject).contains("victim.found");
				});
				assertThat(unguarded.getStatistics().getReconnects()).isEqualTo(1);
			}
		}
	}

	private void assertThatMessagesStillCome() throws Exception {
		try (RawClient publisher = new RawClient(server.port())) {
			publisher.publish("good", "NATS/1.0\r\nKey: value\r\n\r\n", "fine");
			assertThat(publisher.answer()).isEqualTo("PONG");
		}
		Message message = next();
		while (!message.getSubject().equals("good")) {
			message = next();
		}
		assertThat(message.getHeaders().get("Key")).isEqualTo(List.of("value"));
		assertThat(this.connection.getStatus()).isEqualTo(Status.CONNECTED);
		// Being connected at all counts as one.
		assertThat(this.connection.getStatistics().getReconnects()).isLessThanOrEqualTo(1);
	}

	private Message next() {
		return await().atMost(Duration.ofSeconds(30)).until(this.received::poll, (message) -> message != null);
	}

}
