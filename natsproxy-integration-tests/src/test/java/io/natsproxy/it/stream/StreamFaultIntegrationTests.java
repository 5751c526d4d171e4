package io.natsproxy.it.stream;

import java.io.EOFException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;

import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.gateway.SharedGateway;
import io.natsproxy.it.support.ForkedApplication;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.SignalType;

import static io.natsproxy.it.gateway.RawHttpClient.get;
import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Processes that die or stand still while a stream runs. Each ends the HTTP connection in
 * bounded time, and never cleanly.
 */
@Timeout(90)
class StreamFaultIntegrationTests {

	private static final String[] OPTIONS = { "natsproxy.stream.lost-after=1s" };

	/**
	 * When the peer is given up, and some more for a machine that is busy.
	 */
	private static final Duration BOUND = Duration.ofSeconds(20);

	private static final String ENDLESS = "download?size=100000000000";

	@BeforeAll
	static void requireServer() {
		assumeTrue(!System.getProperty(TestBroker.SERVER_PROPERTY, "").isEmpty(),
				() -> "Faults are tested on a real server: set -D" + TestBroker.SERVER_PROPERTY
						+ "=/path/to/nats-server");
	}

	@Test
	void deathOfTheServiceBreaksOffTheDownload() throws Exception {
		try (TestBroker broker = TestBroker.start();
				TestApplication gateway = gateway(broker);
				ForkedApplication service = service(broker);
				RawHttpClient client = new RawHttpClient(gateway.port())) {
			begin(client, ENDLESS);
			service.kill();
			assertBrokenOff(client);
			SharedGateway.awaitNothingInFlight(gateway);
			assertThat(get(gateway.port(), "/stream/after/download?size=10").status()).isEqualTo(503);
		}
	}

	@Test
	void deathOfTheServiceBreaksOffTheUpload() throws Exception {
		try (TestBroker broker = TestBroker.start();
				TestApplication gateway = gateway(broker);
				ForkedApplication service = service(broker);
				RawHttpClient client = new RawHttpClient(gateway.port())) {
			client.send("POST /stream/fault/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
			// More than the sockets hold, so that the service has got some of it.
			client.send(new byte[20_000_000]);
			service.kill();
			long begin = System.nanoTime();
			assertThat(client.read().status()).isIn(502, 504);
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(BOUND);
			SharedGateway.awaitNothingInFlight(gateway);
		}
	}

	@Test
	void serviceThatStandsStillBreaksOffTheDownloadAndServesAgainAfterwards() throws Exception {
		try (TestBroker broker = TestBroker.start();
				TestApplication gateway = gateway(broker);
				ForkedApplication service = service(broker);
				RawHttpClient client = new RawHttpClient(gateway.port())) {
			begin(client, ENDLESS);
			service.pause();
			assertBrokenOff(client);
			SharedGateway.awaitNothingInFlight(gateway);
			service.resume();
			assertServes(gateway);
		}
	}

	@Test
	void serviceThatStandsStillForLessThanTheLimitGoesOn() throws Exception {
		try (TestBroker broker = TestBroker.start();
				TestApplication gateway = gateway(broker, "natsproxy.stream.lost-after=10s");
				ForkedApplication service = service(broker, "natsproxy.stream.lost-after=10s");
				RawHttpClient client = new RawHttpClient(gateway.port())) {
			begin(client, "download?size=50000000");
			service.pause();
			StreamChain.await(Duration.ofSeconds(2)).pollDelay(Duration.ofMillis(500)).until(() -> true);
			service.resume();
			assertThat(client.readBytes(50_000_000 - 2_000_000)).hasSize(48_000_000);
		}
	}

	@Test
	void deathOfNatsBreaksOffTheDownload() throws Exception {
		try (TestBroker broker = TestBroker.start();
				TestApplication gateway = gateway(broker);
				TestApplication service = StreamChain.service(broker).properties(OPTIONS).start();
				RawHttpClient client = new RawHttpClient(gateway.port())) {
			begin(client, ENDLESS);
			broker.stop();
			assertBrokenOff(client);
			SharedGateway.awaitNothingInFlight(gateway);
			awaitCancelled(service);
			broker.restart();
			assertServes(gateway);
		}
	}

	@Test
	void restartOfNatsBreaksOffTheDownload() throws Exception {
		try (TestBroker broker = TestBroker.start();
				TestApplication gateway = gateway(broker);
				TestApplication service = StreamChain.service(broker).properties(OPTIONS).start();
				RawHttpClient client = new RawHttpClient(gateway.port())) {
			begin(client, ENDLESS);
			broker.restart();
			assertBrokenOff(client);
			SharedGateway.awaitNothingInFlight(gateway);
			awaitCancelled(service);
			assertServes(gateway);
		}
	}

	@Test
	void deathOfTheGatewayCancelsThePublisher() throws Exception {
		try (TestBroker broker = TestBroker.start();
				TestApplication service = StreamChain.service(broker).properties(OPTIONS).start();
				ForkedApplication gateway = TestApplication.gateway(broker).properties(OPTIONS).fork();
				RawHttpClient client = new RawHttpClient(gateway.port())) {
			begin(client, ENDLESS);
			gateway.kill();
			awaitCancelled(service);
		}
	}

	private static void begin(RawHttpClient client, String target) {
		client.send(request("GET", "/stream/fault/" + target));
		assertThat(client.readBytes(2_000_000)).hasSize(2_000_000);
	}

	/**
	 * Reads what is still under way, up to an end that comes before that of the body.
	 */
	private static void assertBrokenOff(RawHttpClient client) {
		long begin = System.nanoTime();
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> {
			while (client.readBytes(100_000).length == 100_000) {
				assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(BOUND);
			}
			throw new UncheckedIOException(new EOFException());
		}).havingCause().isInstanceOfAny(EOFException.class, SocketException.class);
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(BOUND);
	}

	private static void awaitCancelled(TestApplication service) {
		StreamChain.await(BOUND)
			.untilAsserted(() -> assertThat(service.bean(StreamRoutes.class).probe("fault").end())
				.isEqualTo(SignalType.CANCEL));
		StreamChain.await(BOUND).untilAsserted(() -> assertThat(service.inFlight()).isZero());
	}

	private static void assertServes(TestApplication gateway) {
		StreamChain.await(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(get(gateway.port(), "/stream/after/download?size=3000000").body())
				.hasSize(3_000_000));
	}

	private static TestApplication gateway(TestBroker broker, String... options) {
		return TestApplication.gateway(broker).properties((options.length > 0) ? options : OPTIONS).start();
	}

	private static ForkedApplication service(TestBroker broker, String... options) throws Exception {
		return StreamChain.service(broker).properties((options.length > 0) ? options : OPTIONS).fork();
	}

}
