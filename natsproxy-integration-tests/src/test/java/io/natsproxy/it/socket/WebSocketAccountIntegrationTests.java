package io.natsproxy.it.socket;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import io.natsproxy.test.TestCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A gateway and a service in different accounts of a server.
 */
@Timeout(60)
class WebSocketAccountIntegrationTests {

	/**
	 * As in docs/connection.md.
	 */
	private static final String ACCOUNTS = """
			accounts {
			  SERVICES {
			    users: [ { user: service, password: secret } ]
			    exports: [ { service: "GET:.>", response_type: Stream } ]
			  }
			  EDGE {
			    users: [ { user: gateway, password: secret } ]
			    imports: [ { service: { account: SERVICES, subject: "GET:.>" } } ]
			  }
			}
			""";

	@RegisterExtension
	static SocketChain chain = new SocketChain();

	@Test
	@SuppressWarnings("try")
	void handshakeFromAnotherAccountIsRefusedBeforeTheUpgrade() throws Exception {
		assumeTrue(System.getProperty(TestBroker.SERVER_PROPERTY, "").isEmpty(),
				"A nats-server keeps subjects under _R_ for itself: its accounts are tested below");
		try (Connection connection = Nats.connect(chain.broker().url())) {
			// As a server writes the reply subjects of what comes from another account.
			Subscription replies = connection.subscribe("_R_.abc123.def456");
			Headers headers = new Headers().put("Natsproxy-Version", "1")
				.put("Natsproxy-Method", "GET")
				.put("Natsproxy-Target", "/ws/bean")
				.put("Natsproxy-Upgrade", "websocket")
				.put("Natsproxy-Socket", "gateway.socket")
				.put("Natsproxy-Frames", "_INBOX.a.frames")
				.put("Natsproxy-Alive", "_INBOX.a.alive")
				.put("Natsproxy-Credit", "1000");
			connection.publish(NatsMessage.builder()
				.subject("GET:.ws.bean")
				.replyTo("_R_.abc123.def456")
				.headers(headers)
				.build());
			Message reply = replies.nextMessage(Duration.ofSeconds(30));
			assertThat(reply).isNotNull();
			assertThat(reply.getHeaders().getFirst("Natsproxy-Status")).isEqualTo("501");
			assertThat(new String(reply.getData())).contains("different accounts");
		}
	}

	@Test
	void requestsAndStreamsPassBetweenAccountsAndWebSocketsAreRefused() {
		assumeFalse(System.getProperty(TestBroker.SERVER_PROPERTY, "").isEmpty(),
				"The embedded broker has no accounts: needs -D" + TestBroker.SERVER_PROPERTY);
		try (TestCluster server = TestCluster.startServer(ACCOUNTS)) {
			String url = "natsproxy.nats.servers=" + server.nodes().get(0).url();
			try (TestApplication service = SocketChain.service(chain.broker())
				.properties(login(url, "service"))
				.start();
					TestApplication gateway = TestApplication.gateway(chain.broker())
						.properties(login(url, "gateway"))
						.start()) {
				assertThat(RawHttpClient.get(gateway.port(), "/ws/methods/both").text())
					.isEqualTo("an ordinary response");
				RawHttpClient.Response large = RawHttpClient.get(gateway.port(), "/ws/methods/large");
				assertThat(large.status()).isEqualTo(200);
				assertThat(large.body()).hasSize(3_000_000);
				RawHttpClient.Response refused = RawWebSocketClient.handshake(gateway.port(), "/ws/bean");
				assertThat(refused.status()).as(refused.toString()).isEqualTo(501);
				assertThat(refused.header("Content-Type")).containsExactly("application/problem+json");
				SocketChain.awaitNothingOpen(gateway, service);
			}
		}
	}

	private static String[] login(String url, String user) {
		List<String> properties = new ArrayList<>(List.of(url));
		properties.add("natsproxy.nats.user=" + user);
		properties.add("natsproxy.nats.password=secret");
		return properties.toArray(String[]::new);
	}

}
