package io.natsproxy.it.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.transport.NatsTransport;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.gateway.SharedGateway;
import io.natsproxy.it.support.ForkedApplication;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process of a service that dies or stands still while it handles a request for long.
 * The time-out of the gateways, one of which is patient, is longer than a test may take.
 */
@Timeout(90)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LongRequestFaultIntegrationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final String QUICK = "natsproxy.stream.lost-after=1s";

	private static TestBroker broker;

	private static TestApplication quick;

	private static TestApplication quickJnats;

	private static TestApplication patient;

	private static ForkedApplication service;

	@BeforeAll
	static void startGateways() {
		broker = TestBroker.start();
		quick = gateway(QUICK);
		quickJnats = gateway(QUICK, "natsproxy.nats.transport=jnats");
		patient = gateway("natsproxy.stream.lost-after=10s");
	}

	private static TestApplication gateway(String... options) {
		return TestApplication.gateway(broker).properties("natsproxy.gateway.timeout=10m").properties(options).start();
	}

	/**
	 * Starts the service, unless it runs from another test.
	 */
	@BeforeEach
	void startService() throws Exception {
		if (service == null || !service.isRunning()) {
			service = StreamChain.service(broker).properties("natsproxy.stream.processing-after=100ms", QUICK).fork();
		}
	}

	@AfterEach
	void nothingIsInFlight() {
		gateways().forEach(SharedGateway::awaitNothingInFlight);
		StreamChain.await(PATIENCE)
			.until(() -> gateways().stream().mapToInt(LongRequestFaultIntegrationTests::processing).sum() == 0);
	}

	@AfterAll
	static void stop() {
		if (service != null) {
			service.close();
		}
		gateways().forEach(TestApplication::close);
		broker.close();
	}

	private static List<TestApplication> gateways() {
		return List.of(quick, quickJnats, patient);
	}

	/**
	 * Last, for no more than that the others need no other process then.
	 */
	@Test
	@Order(Integer.MAX_VALUE)
	void deathOfTheServiceIsA504LongBeforeTheTimeout() throws Exception {
		try (RawHttpClient client = begin(quick, "/stream/death/never");
				RawHttpClient jnatsClient = begin(quickJnats, "/stream/death-jnats/never")) {
			service.kill();
			assertThat(service.awaitExit(PATIENCE)).isTrue();
			for (RawHttpClient each : List.of(client, jnatsClient)) {
				RawHttpClient.Response response = each.read();
				assertThat(response.status()).isEqualTo(504);
				assertThat(response.header("Retry-After")).isEmpty();
			}
		}
	}

	@Test
	void serviceThatStandsStillIsA504AndItsHandlerIsCancelledAfterwards() throws Exception {
		try (RawHttpClient client = begin(quick, "/stream/still/never")) {
			assertThat(end("still")).isEqualTo("none");
			service.pause();
			try {
				assertThat(client.read().status()).isEqualTo(504);
			}
			finally {
				service.resume();
			}
			StreamChain.await(PATIENCE).until(() -> end("still").equals("CANCEL"));
		}
	}

	@Test
	void serviceThatStandsStillForLessThanTheLimitAnswers() throws Exception {
		try (RawHttpClient client = begin(patient, "/stream/paused/gated")) {
			service.pause();
			try {
				// Longer than it takes to tell three times.
				StreamChain.await(Duration.ofSeconds(4)).pollDelay(Duration.ofSeconds(1)).until(() -> true);
			}
			finally {
				service.resume();
			}
			open("paused");
			assertThat(client.read().text()).isEqualTo("let");
		}
	}

	@Test
	void serviceWhoseConnectionComesBackInTimeAnswers() throws Exception {
		try (RawHttpClient client = begin(patient, "/stream/back/gated")) {
			broker.restart();
			// Both ends are there again, and nobody has been given up.
			awaitService(patient);
			awaitConnections(patient);
			open("back");
			assertThat(client.read().text()).isEqualTo("let");
		}
	}

	/**
	 * Tells how the handler of a stream has ended.
	 */
	private static String end(String name) {
		RawHttpClient.Response response = RawHttpClient.get(patient.port(), "/stream/" + name + "/end");
		return (response.status() == 200) ? response.text() : "";
	}

	private static void open(String name) {
		assertThat(RawHttpClient.get(patient.port(), "/stream/" + name + "/open").status()).isEqualTo(200);
	}

	/**
	 * Waits until each connection of a gateway receives again: a response may come on
	 * another than that of {@link #awaitService}.
	 */
	private static void awaitConnections(TestApplication gateway) {
		NatsTransport first = gateway.bean(NatsExchanges.class).transport();
		List<NatsTransport> all = new ArrayList<>(first.siblings().values());
		all.add(first);
		StreamChain.await(PATIENCE).ignoreExceptions().until(() -> {
			for (NatsTransport each : all) {
				if (!each.isConnected() || !each.flush(Duration.ofSeconds(5))) {
					return false;
				}
			}
			return true;
		});
	}

	/**
	 * Sends a request, and returns when its service has said that it is at work.
	 */
	private static RawHttpClient begin(TestApplication gateway, String target) {
		awaitService(gateway);
		// One that took long in a service that has just begun is not forgotten at once.
		StreamChain.await(PATIENCE).until(() -> processing(gateway) == 0);
		RawHttpClient client = new RawHttpClient(gateway.port());
		client.send(request("GET", target));
		StreamChain.await(PATIENCE).until(() -> processing(gateway) == 1);
		return client;
	}

	private static void awaitService(TestApplication gateway) {
		StreamChain.await(PATIENCE)
			.untilAsserted(
					() -> assertThat(RawHttpClient.get(gateway.port(), "/stream/any/end").status()).isEqualTo(200));
	}

	private static int processing(TestApplication gateway) {
		return gateway.context().getBean("natsproxyGatewayCaller", NatsCaller.class).processing();
	}

}
