package io.natsproxy.it.stream;

import java.time.Duration;

import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.gateway.SharedGateway;
import io.natsproxy.it.support.ForkedApplication;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Processes of services that die or stand still while they handle a request for long. The
 * time-out of the gateway is longer than a test may take.
 */
@Timeout(90)
class LongRequestFaultIntegrationTests {

	private static final String TRANSPORT = "natsproxy.nats.transport=";

	private static final String MOMENT = "natsproxy.stream.processing-after=100ms";

	@ParameterizedTest
	@ValueSource(strings = { "netty", "jnats" })
	void deathOfTheServiceIsA504LongBeforeTheTimeout(String transport) throws Exception {
		try (TestBroker broker = TestBroker.start();
				TestApplication gateway = gateway(broker, "natsproxy.stream.lost-after=1s", TRANSPORT + transport);
				ForkedApplication service = service(broker, "natsproxy.stream.lost-after=1s", TRANSPORT + transport);
				RawHttpClient client = new RawHttpClient(gateway.port())) {
			begin(gateway, client);
			service.kill();
			RawHttpClient.Response response = client.read();
			assertThat(response.status()).isEqualTo(504);
			assertThat(response.header("Retry-After")).isEmpty();
			SharedGateway.awaitNothingInFlight(gateway);
		}
	}

	@Test
	void serviceThatStandsStillIsA504AndItsHandlerIsCancelledAfterwards() throws Exception {
		try (TestBroker broker = TestBroker.start();
				TestApplication gateway = gateway(broker, "natsproxy.stream.lost-after=1s");
				ForkedApplication service = service(broker, "natsproxy.stream.lost-after=1s");
				RawHttpClient client = new RawHttpClient(gateway.port())) {
			begin(gateway, client);
			service.pause();
			assertThat(client.read().status()).isEqualTo(504);
			service.resume();
			client.send(request("GET", "/stream/fault/download?size=10"));
			assertThat(client.read().status()).isEqualTo(200);
		}
	}

	@Test
	void serviceThatStandsStillForLessThanTheLimitAnswers() throws Exception {
		try (TestBroker broker = TestBroker.start();
				TestApplication gateway = gateway(broker, "natsproxy.stream.lost-after=10s");
				ForkedApplication service = service(broker, "natsproxy.stream.lost-after=10s");
				RawHttpClient client = new RawHttpClient(gateway.port())) {
			begin(gateway, client, "/stream/fault/think?millis=500");
			service.pause();
			StreamChain.await(Duration.ofSeconds(4)).pollDelay(Duration.ofSeconds(1)).until(() -> true);
			service.resume();
			assertThat(client.read().text()).isEqualTo("thought");
		}
	}

	@Test
	void serviceWhoseConnectionComesBackInTimeAnswers() throws Exception {
		try (TestBroker broker = TestBroker.start();
				TestApplication gateway = gateway(broker, "natsproxy.stream.lost-after=10s");
				TestApplication service = StreamChain.service(broker)
					.properties("natsproxy.stream.lost-after=10s", MOMENT)
					.start();
				RawHttpClient client = new RawHttpClient(gateway.port())) {
			begin(gateway, client, "/stream/fault/gated");
			broker.restart();
			// Both ends are there again, and nobody has been given up.
			StreamChain.await(Duration.ofSeconds(30))
				.untilAsserted(
						() -> assertThat(RawHttpClient.get(gateway.port(), "/stream/other/download?size=10").status())
							.isEqualTo(200));
			service.bean(StreamRoutes.class).probe("fault").open();
			assertThat(client.read().text()).isEqualTo("let");
		}
	}

	private static void begin(TestApplication gateway, RawHttpClient client) {
		begin(gateway, client, "/stream/fault/never");
	}

	/**
	 * Sends a request, and returns when its service has said that it is at work.
	 */
	private static void begin(TestApplication gateway, RawHttpClient client, String target) {
		client.send(request("GET", target));
		StreamChain.await(Duration.ofSeconds(30)).until(() -> processing(gateway) == 1);
	}

	private static int processing(TestApplication gateway) {
		return gateway.context().getBean("natsproxyGatewayCaller", NatsCaller.class).processing();
	}

	private static TestApplication gateway(TestBroker broker, String... options) {
		return TestApplication.gateway(broker).properties("natsproxy.gateway.timeout=10m").properties(options).start();
	}

	private static ForkedApplication service(TestBroker broker, String... options) throws Exception {
		return StreamChain.service(broker).properties(MOMENT).properties(options).fork();
	}

}
