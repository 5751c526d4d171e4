package io.natsproxy.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * The life of a broker.
 */
class EmbeddedNatsBrokerTests {

	@Test
	void listensOnAFreeLoopbackPortByDefault() throws IOException {
		try (EmbeddedNatsBroker broker = EmbeddedNatsBroker.create().start()) {
			assertThat(broker.isRunning()).isTrue();
			assertThat(broker.port()).isPositive();
			assertThat(broker.url()).isEqualTo("nats://127.0.0.1:" + broker.port());
			try (Socket socket = new Socket(broker.host(), broker.port())) {
				assertThat(new String(socket.getInputStream().readNBytes(5))).isEqualTo("INFO ");
			}
		}
	}

	@Test
	void stopsItsThreadsAndFreesItsPort() {
		EmbeddedNatsBroker broker = EmbeddedNatsBroker.create().start();
		broker.stop();
		assertThat(broker.isRunning()).isFalse();
		assertThatIOException().isThrownBy(() -> new Socket(broker.host(), broker.port()));
		await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
			.noneMatch((name) -> name.startsWith("natsproxy-broker")));
	}

	@Test
	void startsAgainOnTheSamePort() throws IOException {
		try (EmbeddedNatsBroker broker = EmbeddedNatsBroker.create().start()) {
			int port = broker.port();
			try (Socket client = new Socket(broker.host(), port)) {
				assertThat(client.getInputStream().read()).isEqualTo('I');
				broker.stop();
				broker.start();
				assertThat(broker.port()).isEqualTo(port);
				assertThat(new String(client.getInputStream().readAllBytes())).startsWith("NFO ").endsWith("\r\n");
			}
		}
	}

	@Test
	void startAndStopTwiceIsAsGoodAsOnce() {
		EmbeddedNatsBroker broker = EmbeddedNatsBroker.create();
		broker.stop();
		broker.start();
		int port = broker.port();
		assertThat(broker.start().port()).isEqualTo(port);
		broker.stop();
		broker.close();
		assertThat(broker.isRunning()).isFalse();
	}

	@Test
	void namesAddressReasonAndRemedyWhenThePortIsTaken() throws IOException {
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			BrokerOptions options = BrokerOptions.builder().port(taken.getLocalPort()).build();
			EmbeddedNatsBroker broker = EmbeddedNatsBroker.create(options);
			assertThatExceptionOfType(BrokerBindException.class).isThrownBy(broker::start)
				.withMessageContaining("127.0.0.1:" + taken.getLocalPort())
				.withMessageContaining("in use")
				.withMessageContaining("set the port to 0");
			assertThat(broker.isRunning()).isFalse();
		}
	}

	@Test
	void namesTheHostThatCannotBeResolved() {
		EmbeddedNatsBroker broker = EmbeddedNatsBroker.create(BrokerOptions.builder().host("no-such.invalid").build());
		assertThatExceptionOfType(BrokerBindException.class).isThrownBy(broker::start)
			.withMessageContaining("no-such.invalid");
	}

	@Test
	void disconnectsItsClientsAndGoesOn() throws IOException {
		try (EmbeddedNatsBroker broker = EmbeddedNatsBroker.create().start();
				Socket client = new Socket(broker.host(), broker.port())) {
			await().until(() -> broker.statistics().connections() == 1);
			broker.disconnectClients();
			client.getInputStream().readAllBytes();
			await().until(() -> broker.statistics().connections() == 0);
			try (Socket next = new Socket(broker.host(), broker.port())) {
				assertThat(next.getInputStream().read()).isEqualTo('I');
			}
			assertThat(broker.statistics().totalConnections()).isEqualTo(2);
		}
	}

	@Test
	void refusesOptionsThatMakeNoSense() {
		assertThatIllegalArgumentException().isThrownBy(() -> BrokerOptions.builder().port(65536).build())
			.withMessageContaining("65536");
		assertThatIllegalArgumentException().isThrownBy(() -> BrokerOptions.builder().credentials("u", null).build())
			.withMessageContaining("both");
		assertThatIllegalArgumentException().isThrownBy(() -> BrokerOptions.builder().maxPayload(0).build());
	}

	@Test
	void keepsSecretsOutOfItsText() {
		BrokerOptions options = BrokerOptions.builder().credentials("ada", "hush").build();
		assertThat(options.toString()).doesNotContain("ada").doesNotContain("hush");
	}

}
