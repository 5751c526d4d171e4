package io.natsproxy.core.transport.netty;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import io.nats.client.Options;
import io.nats.client.Options.HostnameResolveMode;
import io.natsproxy.core.connection.NatsConnectException;
import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.transport.TransportMessage;
import io.natsproxy.core.transport.TransportSubscriber;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

class NettyDataPortTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final char[] PASSWORD = "changeit".toCharArray();

	@TempDir
	private static Path directory;

	private static TestBroker broker;

	private static SSLContext context;

	private final NatsConnector connector = new NatsConnector("test", "");

	@BeforeAll
	static void start() throws Exception {
		broker = TestBroker.start();
		context = newContext();
	}

	@AfterAll
	static void stop() {
		broker.close();
	}

	@AfterEach
	void close() {
		this.connector.close();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void messagesOfEverySizeArriveUnchangedThroughTls(boolean first) throws Exception {
		try (TlsFront front = new TlsFront(broker.url(), context, first)) {
			NettyTransport transport = connect(front, first);
			Queue<byte[]> byTransport = new ConcurrentLinkedQueue<>();
			Queue<byte[]> byJnats = new ConcurrentLinkedQueue<>();
			TransportSubscriber subscriber = transport.newSubscriber((message) -> byTransport.add(message.payload()));
			subscriber.subscribe("sizes", (String) null);
			transport.connection().createDispatcher((message) -> byJnats.add(message.getData())).subscribe("sizes");
			assertThat(transport.flush(TIMEOUT)).isTrue();
			Random random = new Random(7);
			int sent = 0;
			for (int size : new int[] { 0, 1, 100, 16_384, 16_385, 70_000, 1_048_576 }) {
				byte[] payload = new byte[size];
				random.nextBytes(payload);
				sent += Arrays.hashCode(payload);
				transport.publish("sizes", null, null, payload);
			}
			await().atMost(TIMEOUT).until(() -> byTransport.size() == 7 && byJnats.size() == 7);
			assertThat(byTransport.stream().mapToInt(Arrays::hashCode).sum()).isEqualTo(sent);
			assertThat(byJnats.stream().mapToInt(Arrays::hashCode).sum()).isEqualTo(sent);
			assertThat(front.handshakes()).isEqualTo(1);
		}
	}

	@Test
	void aConnectionWithTlsComesBack() throws Exception {
		try (TlsFront front = new TlsFront(broker.url(), context, false)) {
			NettyTransport transport = connect(front, false);
			Queue<TransportMessage> received = new ConcurrentLinkedQueue<>();
			transport.newSubscriber(received::add).subscribe("back", (String) null);
			broker.restart();
			await().atMost(TIMEOUT).until(() -> front.handshakes() == 2 && transport.isConnected());
			transport.publish("back", null, null, new byte[100]);
			await().atMost(TIMEOUT).until(() -> received.size() == 1);
			assertThat(received.remove().payload()).isEqualTo(new byte[100]);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aCertificateThatIsNotTrustedIsNotWaitedFor(boolean first) throws Exception {
		try (TlsFront front = new TlsFront(broker.url(), context, first)) {
			Options.Builder options = this.connector.options()
				.server(front.url())
				.connectionTimeout(Duration.ofMinutes(1))
				.sslContext(SSLContext.getDefault());
			long start = System.nanoTime();
			assertThatExceptionOfType(NatsConnectException.class)
				.isThrownBy(() -> this.connector.connectNow((first ? options.tlsFirst() : options).build()));
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
			assertThat(front.handshakes()).isZero();
		}
	}

	@Test
	void aServerThatDoesNotShakeHandsIsGivenUp() throws Exception {
		try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			Options options = this.connector.options()
				.server("nats://127.0.0.1:" + silent.getLocalPort())
				.connectionTimeout(Duration.ofMillis(200))
				.sslContext(context)
				.tlsFirst()
				.build();
			assertThatExceptionOfType(NatsConnectException.class).isThrownBy(() -> this.connector.connectNow(options));
		}
	}

	@ParameterizedTest
	@MethodSource
	void whatItCannotDoIsLeftToJnats(UnaryOperator<Options.Builder> customizer) {
		assertThat(NettyDataPort.supports(customizer.apply(Options.builder()).build())).isFalse();
	}

	static Stream<UnaryOperator<Options.Builder>> whatItCannotDoIsLeftToJnats() {
		return Stream.of((options) -> options.server("ws://localhost:80"),
				(options) -> options.servers(new String[] { "nats://localhost:4222", "wss://localhost:443" }),
				(options) -> options
					.proxy(new Proxy(Proxy.Type.SOCKS, InetSocketAddress.createUnresolved("localhost", 1080))),
				(options) -> options.hostnameResolveMode(HostnameResolveMode.Unresolved),
				(options) -> options.hostnameResolveMode(HostnameResolveMode.HappyEyeballs));
	}

	@ParameterizedTest
	@ValueSource(strings = { "nats://localhost:4222", "tls://localhost:4222", "opentls://localhost:4222" })
	void otherOptionsAreSupported(String server) {
		assertThat(NettyDataPort.supports(Options.builder().server(server).build())).isTrue();
	}

	@Test
	void aConnectionWithoutATransportIsRefused() {
		assertThatIllegalStateException()
			.isThrownBy(() -> new NettyDataPort().afterConstruct(Options.builder().build()))
			.withMessage("The connection has no transport");
	}

	private NettyTransport connect(TlsFront front, boolean first) {
		Options.Builder options = this.connector.options()
			.server(front.url())
			.connectionTimeout(TIMEOUT)
			.reconnectWait(Duration.ofMillis(20))
			.reconnectJitterTls(Duration.ofMillis(1))
			.sslContext(context);
		return NettyTransport.of(this.connector.connectNow((first ? options.tlsFirst() : options).build()));
	}

	/**
	 * A context with a self-signed certificate, which it trusts itself.
	 */
	private static SSLContext newContext() throws Exception {
		Path file = directory.resolve("store.p12");
		Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
				"-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=localhost", "-storetype", "PKCS12",
				"-keystore", file.toString(), "-storepass", String.valueOf(PASSWORD))
			.redirectErrorStream(true)
			.redirectOutput(directory.resolve("keytool.log").toFile())
			.start();
		assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
		KeyStore store = KeyStore.getInstance("PKCS12");
		try (InputStream in = Files.newInputStream(file)) {
			store.load(in, PASSWORD);
		}
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(store, PASSWORD);
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		trusted.setCertificateEntry("server", store.getCertificate("server"));
		TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(trusted);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
		return context;
	}

}
