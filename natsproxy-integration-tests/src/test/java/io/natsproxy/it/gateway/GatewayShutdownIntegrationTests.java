package io.natsproxy.it.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;

import io.nats.client.Message;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A gateway that stops: no client loses an answer, or has its connection reset.
 */
@Timeout(60)
class GatewayShutdownIntegrationTests {

	private static final String GET = RawHttpClient.request("GET", "/shutdown");

	private final TestBroker broker = TestBroker.start();

	private final CompletableFuture<Message> held = new CompletableFuture<>();

	private Peer peer;

	private TestApplication gateway;

	@BeforeEach
	void start() {
		this.peer = new Peer(this.broker);
		this.peer.answer("GET:.shutdown", "answer", "Natsproxy-Status", "200");
		this.peer.on("GET:.held", this.held::complete);
	}

	private void startGateway(String linger, String... properties) {
		this.gateway = TestApplication.gateway(this.broker)
			.properties(
					Stream
						.concat(Stream.of("server.shutdown=graceful", "natsproxy.gateway.timeout=30s",
								"natsproxy.gateway.shutdown-linger=" + linger), Stream.of(properties))
						.toArray(String[]::new))
			.start();
	}

	@AfterEach
	void stop() {
		this.gateway.close();
		this.peer.close();
		this.broker.close();
	}

	@Test
	void theNextResponseOnAnIdleConnectionSaysThatItIsTheLastOne() throws Exception {
		startGateway("30s");
		try (RawHttpClient idle = new RawHttpClient(this.gateway.port());
				RawHttpClient other = new RawHttpClient(this.gateway.port())) {
			assertThat(idle.send(GET).read().header("Connection")).isEmpty();
			assertThat(other.send(GET).read().header("Connection")).isEmpty();
			CompletableFuture<Void> stopped = CompletableFuture.runAsync(this.gateway::close);
			assertLast(awaitLast(idle));
			assertThat(idle.readBytes(1)).isEmpty();
			assertThat(stopped).isNotDone();
			assertLast(other.send(GET).read());
			assertThat(other.readBytes(1)).isEmpty();
			stopped.get(30, TimeUnit.SECONDS);
		}
	}

	/**
	 * Sends requests until the gateway has learnt that it stops.
	 */
	private static Response awaitLast(RawHttpClient client) {
		Response response = client.send(GET).read();
		while (response.header("Connection").isEmpty()) {
			assertThat(response.text()).isEqualTo("answer");
			response = client.send(GET).read();
		}
		return response;
	}

	private static void assertLast(Response response) {
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.text()).isEqualTo("answer");
		assertThat(response.header("Connection")).containsExactly("close");
	}

	@Test
	void idleConnectionsEndAndAreNotReset() throws Exception {
		startGateway("100ms");
		try (RawHttpClient idle = new RawHttpClient(this.gateway.port())) {
			idle.send(GET).read();
			CompletableFuture<Void> stopped = CompletableFuture.runAsync(this.gateway::close);
			// A reset would be an exception.
			assertThat(idle.readBytes(1)).isEmpty();
			// This has crossed the end: it is dropped, and the connection not reset.
			idle.send(GET);
			assertThat(idle.readBytes(1)).isEmpty();
			stopped.get(30, TimeUnit.SECONDS);
		}
	}

	@Test
	void aRequestUnderWayIsAnsweredAndItsConnectionClosed() throws Exception {
		startGateway("10ms");
		try (RawHttpClient client = new RawHttpClient(this.gateway.port())) {
			client.send(RawHttpClient.request("GET", "/held"));
			Message request = this.held.get(30, TimeUnit.SECONDS);
			CompletableFuture<Void> stopped = CompletableFuture.runAsync(this.gateway::close);
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> stopped.get(500, TimeUnit.MILLISECONDS));
			this.peer.reply(request, "answer", "Natsproxy-Status", "200");
			assertLast(client.read());
			assertThat(client.readBytes(1)).isEmpty();
			stopped.get(30, TimeUnit.SECONDS);
		}
	}

	@Test
	void aResponseThatHasBegunIsCompletedAndItsConnectionClosed() throws Exception {
		startGateway("10ms");
		try (RawHttpClient client = new RawHttpClient(this.gateway.port())) {
			client.send(RawHttpClient.request("GET", "/held"));
			Message request = this.held.get(30, TimeUnit.SECONDS);
			String frames = this.peer.connection().createInbox();
			this.peer.ignore(frames);
			this.peer.publish(request.getReplyTo(), frames, "first ", "Natsproxy-Status", "200", "Natsproxy-Body",
					"stream");
			assertThat(new String(client.readBytes(15))).startsWith("HTTP/1.1 200 OK");
			CompletableFuture<Void> stopped = CompletableFuture.runAsync(this.gateway::close);
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> stopped.get(500, TimeUnit.MILLISECONDS));
			this.peer.publish(request.getReplyTo(), null, "second", "Natsproxy-Frame", "data 1");
			this.peer.publish(request.getReplyTo(), null, "", "Natsproxy-Frame", "end 2");
			String rest = new String(client.readBytes(10_000));
			assertThat(rest).contains("first ").contains("second").endsWith("0\r\n\r\n");
			stopped.get(30, TimeUnit.SECONDS);
		}
	}

	@Test
	void aStreamOfHttp2IsAnsweredAndItsConnectionClosed() throws Exception {
		startGateway("10ms", "server.http2.enabled=true");
		ConnectionProvider connections = ConnectionProvider.create("http2", 1);
		CompletableFuture<Void> ended = new CompletableFuture<>();
		try {
			CompletableFuture<String> answer = HttpClient.create(connections)
				.protocol(HttpProtocol.H2C)
				.doOnChannelInit((observer, channel, address) -> channel.closeFuture()
					.addListener((future) -> ended.complete(null)))
				.get()
				.uri("http://127.0.0.1:" + this.gateway.port() + "/held")
				.responseContent()
				.aggregate()
				.asString()
				.toFuture();
			Message request = this.held.get(30, TimeUnit.SECONDS);
			CompletableFuture<Void> stopped = CompletableFuture.runAsync(this.gateway::close);
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> stopped.get(500, TimeUnit.MILLISECONDS));
			this.peer.reply(request, "answer", "Natsproxy-Status", "200");
			assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo("answer");
			ended.get(30, TimeUnit.SECONDS);
			stopped.get(30, TimeUnit.SECONDS);
		}
		finally {
			connections.disposeLater().block(Duration.ofSeconds(30));
		}
	}

	@Test
	void aClientThatHasNotEndedItsTlsHandshakeIsToldToo(@TempDir Path directory) throws Exception {
		Path store = GatewayKeyStore.create(directory);
		startGateway("30s", "server.ssl.key-store=" + store, "server.ssl.key-store-password=secret");
		try (Socket waiting = new Socket("127.0.0.1", this.gateway.port()); Socket other = tls(connect())) {
			// The other was accepted after the one that waits.
			assertThat(get(other)).contains("answer");
			CompletableFuture<Void> stopped = CompletableFuture.runAsync(this.gateway::close);
			while (!get(other).contains("onnection: close")) {
				assertThat(stopped).isNotDone();
			}
			try (Socket late = tls(waiting)) {
				assertThat(get(late)).startsWith("HTTP/1.1 200").containsIgnoringCase("connection: close");
			}
			stopped.get(30, TimeUnit.SECONDS);
		}
	}

	private Socket connect() throws IOException {
		return new Socket("127.0.0.1", this.gateway.port());
	}

	private static Socket tls(Socket socket) throws Exception {
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
		socket.setSoTimeout(20_000);
		return context.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
	}

	/**
	 * Reads a response as a whole.
	 */
	private static String get(Socket socket) throws IOException {
		socket.getOutputStream().write(GET.getBytes(StandardCharsets.US_ASCII));
		StringBuilder response = new StringBuilder();
		while (!response.toString().endsWith("answer")) {
			int octet = socket.getInputStream().read();
			assertThat(octet).as("end of " + response).isNotNegative();
			response.append((char) octet);
		}
		return response.toString();
	}

	@Test
	void nobodyElseIsLetIn() throws Exception {
		startGateway("30s");
		int port = this.gateway.port();
		try (RawHttpClient idle = new RawHttpClient(port)) {
			idle.send(GET).read();
			CompletableFuture<Void> stopped = CompletableFuture.runAsync(this.gateway::close);
			assertLast(awaitLast(idle));
			assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> new RawHttpClient(port))
				.withCauseInstanceOf(ConnectException.class);
			stopped.get(30, TimeUnit.SECONDS);
		}
	}

	@Test
	void nothingIsWaitedForWithoutConnections() throws InterruptedException, ExecutionException {
		startGateway("1h");
		CompletableFuture.runAsync(this.gateway::close).get();
	}

}
