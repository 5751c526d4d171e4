package io.natsproxy.it.route;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import io.nats.client.api.StreamConfiguration;
import io.natsproxy.it.gateway.Peer;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Routes to streams where the server has no JetStream, does not permit it, or has gone.
 */
@Timeout(90)
class JetStreamTroubleIntegrationTests {

	private static final String CONFIGURATION = """
			jetstream { store_dir: "%s" }
			no_auth_user: any
			authorization {
			  users = [ { user: any, password: any, permissions: { publish: { deny: "events.denied" } } } ]
			}
			""";

	@TempDir
	Path directory;

	private static TestApplication gateway(TestBroker broker) {
		return TestApplication.gateway(broker)
			.properties("natsproxy.gateway.routes[0].path=/events/{kind}",
					"natsproxy.gateway.routes[0].jetstream.subject=events.{kind}")
			.start();
	}

	private static Response post(TestApplication gateway, String target) {
		return RawHttpClient.exchange(gateway.port(), RawHttpClient.post(target, "{}"));
	}

	@Test
	void serverWithoutJetStreamIsToldFromOneWithoutStream() {
		try (TestBroker broker = TestBroker.start(); TestApplication gateway = gateway(broker)) {
			Response response = post(gateway, "/events/new");
			assertThat(response.status()).isEqualTo(503);
			assertThat(response.header("Content-Type")).containsExactly("application/problem+json");
			assertThat(response.text()).contains("has no JetStream");
		}
	}

	@Test
	void streamWithoutLeaderIsWorthAnotherAttempt() {
		String names = "{\"type\":\"io.nats.jetstream.api.v1.stream_names_response\",\"total\":1,\"offset\":0,"
				+ "\"limit\":1024,\"streams\":[\"EVENTS\"]}";
		try (TestBroker broker = TestBroker.start();
				TestApplication gateway = gateway(broker);
				Peer peer = new Peer(broker)) {
			peer.answer("$JS.API.INFO", "{\"type\":\"io.nats.jetstream.api.v1.account_info_response\"}")
				.answer("$JS.API.STREAM.NAMES", names);
			Response response = post(gateway, "/events/new");
			assertThat(response.status()).isEqualTo(503);
			assertThat(response.header("Retry-After")).isNotEmpty();
			assertThat(response.text()).contains("no leader");
		}
	}

	@Test
	void whatIsNotPermittedIsRefusedAndWhatIsNotConnectedUnavailable() throws Exception {
		Assumptions.assumeTrue(TestBroker.isServer(), "JetStream takes a real nats-server");
		Path file = this.directory.resolve("server.conf");
		Files.writeString(file, CONFIGURATION.formatted(this.directory.resolve("store")));
		try (TestBroker broker = TestBroker.start(file); TestApplication gateway = gateway(broker)) {
			createStream(broker);
			assertThat(post(gateway, "/events/new").status()).isEqualTo(201);
			Response denied = post(gateway, "/events/denied");
			assertThat(denied.status()).isEqualTo(502);
			assertThat(denied.text()).contains("may not publish");
			broker.stop();
			await(gateway, 503);
			broker.restart();
			await(gateway, 201);
		}
	}

	private static void createStream(TestBroker broker) throws Exception {
		try (Peer peer = new Peer(broker)) {
			peer.connection()
				.jetStreamManagement()
				.addStream(StreamConfiguration.builder().name("EVENTS").subjects("events.*").build());
		}
	}

	private static void await(TestApplication gateway, int status) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.untilAsserted(() -> assertThat(post(gateway, "/events/new").status()).isEqualTo(status));
	}

}
