package io.natsproxy.it.security;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;
import io.natsproxy.it.support.TestApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An account for each kind of program, with exports and imports.
 */
class AccountsIntegrationTests extends AbstractOrdersTests {

	private static ServerConfiguration server;

	private static TestApplication service;

	private static TestApplication gateway;

	@BeforeAll
	static void start() throws Exception {
		server = ServerConfiguration.start("accounts.conf");
		service = server.service(ServerConfiguration.login("orders"));
		gateway = server.gateway(ServerConfiguration.login("gateway"));
	}

	@AfterAll
	static void stop() {
		if (server != null) {
			gateway.close();
			service.close();
			server.close();
		}
	}

	@Override
	TestApplication gateway() {
		return gateway;
	}

	@Override
	TestApplication service() {
		return service;
	}

	/**
	 * Across accounts, servers of 2.9 do not.
	 */
	@Override
	boolean tellsOfNoResponders() {
		return !gateway.bean(Connection.class).getServerInfo().getVersion().startsWith("2.9.");
	}

	@Test
	void handshakesOfWebSocketsAreRefusedAsTheirFramesWouldNotArrive() {
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> client().socket("/orders/socket/a"))
			.havingCause()
			.extracting((ex) -> ((java.net.http.WebSocketHandshakeException) ex).getResponse().statusCode())
			.isEqualTo(501);
	}

	@Test
	void callerReachesNothingButWhatItImports() throws Exception {
		Options options = Options.builder().server(server.url()).userInfo("caller", "caller-secret").build();
		Connection connection = Nats.connect(options);
		try {
			assertThat(new String(connection.request("GET:.orders.7", new byte[0]).get(30, TimeUnit.SECONDS).getData(),
					StandardCharsets.UTF_8))
				.isEqualTo("order 7");
			assertThatExceptionOfType(Exception.class)
				.isThrownBy(() -> connection.request("POST:.orders", new byte[0]).get(10, TimeUnit.SECONDS));
			Subscription everything = connection.subscribe(">");
			assertThat(client().get("/orders/8").body()).isEqualTo("order 8");
			connection.flush(TestClient.PATIENCE);
			assertThat(everything.getPendingMessageCount()).isZero();
		}
		finally {
			connection.close();
		}
	}

}
