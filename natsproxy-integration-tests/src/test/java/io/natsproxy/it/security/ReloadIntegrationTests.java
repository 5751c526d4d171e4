package io.natsproxy.it.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.IndicatedHealthDescriptor;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server whose permissions change while its clients are connected.
 */
@Timeout(90)
class ReloadIntegrationTests {

	private static final String INBOX = "subscribe = [\n            \"_INBOX_gateway.>\"";

	private static final String ROUTE = "\"GET:.orders.> orders\", ";

	@TempDir
	Path directory;

	private Path file;

	private String permitted;

	private TestBroker start(String forbidden) throws Exception {
		Assumptions.assumeTrue(TestBroker.isServer(), "The embedded broker has no permissions");
		this.permitted = Files
			.readString(Path.of(ReloadIntegrationTests.class.getResource("/nats/least-rights.conf").toURI()));
		this.file = this.directory.resolve("server.conf");
		assertThat(this.permitted).contains(forbidden);
		write(this.permitted);
		return TestBroker.start(this.file);
	}

	private void write(String configuration) throws IOException {
		Files.writeString(this.file, configuration);
	}

	@ParameterizedTest
	@ValueSource(strings = { "netty", "jnats" })
	void gatewayNoticesThatItMayNoLongerReceiveRepliesAndThatItMayAgain(String transport) throws Exception {
		try (TestBroker server = start(INBOX);
				TestApplication service = Orders.service(server.url())
					.properties(ServerConfiguration.privateInboxes("orders", "gateway"))
					.start();
				TestApplication gateway = TestApplication.gateway(server).properties(properties(transport)).start()) {
			TestClient client = new TestClient(gateway.port());
			assertThat(client.get("/orders/7").body()).isEqualTo("order 7");
			write(this.permitted.replace(INBOX, "subscribe = [\n            \"nothing\""));
			server.reload();
			await(gateway.bean(HealthEndpoint.class), Status.DOWN);
			assertThat(health(gateway.bean(HealthEndpoint.class)).getDetails().get("refusedSubscriptions").toString())
				.contains("_INBOX_gateway.");
			assertThat(client.get("/orders/7").statusCode()).isEqualTo(503);
			write(this.permitted);
			server.reload();
			await(gateway.bean(HealthEndpoint.class), Status.UP);
			assertThat(client.get("/orders/7").body()).isEqualTo("order 7");
			// An answer is there a moment before its exchange has ended.
			Awaitility.await().atMost(TestClient.PATIENCE).until(() -> service.inFlight() == 0);
		}
	}

	private static String[] properties(String transport) {
		String[] inboxes = ServerConfiguration.privateInboxes("gateway", "orders");
		String[] properties = new String[inboxes.length + 2];
		System.arraycopy(inboxes, 0, properties, 0, inboxes.length);
		properties[inboxes.length] = "natsproxy.nats.transport=" + transport;
		properties[inboxes.length + 1] = "natsproxy.gateway.timeout=10m";
		return properties;
	}

	@Test
	void serviceNoticesThatItMayNoLongerServeARouteAndThatItMayAgain() throws Exception {
		try (TestBroker server = start(ROUTE);
				TestApplication service = Orders.service(server.url())
					.properties(ServerConfiguration.privateInboxes("orders", "gateway"))
					.start();
				TestApplication gateway = TestApplication.gateway(server).properties(properties("netty")).start()) {
			TestClient client = new TestClient(gateway.port());
			assertThat(client.get("/orders/7").body()).isEqualTo("order 7");
			write(this.permitted.replace(ROUTE, ""));
			server.reload();
			await(service.bean(HealthEndpoint.class), Status.DOWN);
			assertThat(health(service.bean(HealthEndpoint.class)).getDetails().get("refusedSubscriptions").toString())
				.contains("GET:.orders.*");
			assertThat(client.get("/orders/7").statusCode()).isEqualTo(503);
			write(this.permitted);
			server.reload();
			await(service.bean(HealthEndpoint.class), Status.UP);
			assertThat(client.get("/orders/7").body()).isEqualTo("order 7");
		}
	}

	private static void await(HealthEndpoint endpoint, Status status) {
		Awaitility.await().atMost(TestClient.PATIENCE).until(() -> health(endpoint).getStatus() == status);
	}

	private static IndicatedHealthDescriptor health(HealthEndpoint endpoint) {
		return (IndicatedHealthDescriptor) endpoint.healthForPath("nats");
	}

}
