package io.natsproxy.broker;

import java.time.Duration;

import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Whom a broker with a lock lets in.
 */
@Timeout(60)
class AuthenticationTests {

	@Test
	void letsInWhoKnowsThePassword() throws Exception {
		try (EmbeddedNatsBroker broker = start(BrokerOptions.builder().credentials("ada", "hush"))) {
			assertLetIn(options(broker).userInfo("ada", "hush"));
		}
	}

	@Test
	void letsInWhoKnowsTheToken() throws Exception {
		try (EmbeddedNatsBroker broker = start(BrokerOptions.builder().token("secret"))) {
			assertLetIn(options(broker).token("secret".toCharArray()));
		}
	}

	@Test
	void refusesEveryoneElse() {
		try (EmbeddedNatsBroker broker = start(BrokerOptions.builder().credentials("ada", "hush"))) {
			assertRefused(options(broker));
			assertRefused(options(broker).userInfo("ada", "wrong"));
			assertRefused(options(broker).userInfo("eve", "hush"));
			assertRefused(options(broker).token("hush".toCharArray()));
		}
	}

	private static void assertLetIn(Options.Builder options) throws Exception {
		Connection connection = Nats.connect(options.build());
		assertThat(connection.RTT()).isPositive();
		assertThat(connection.getServerInfo().isAuthRequired()).isTrue();
		connection.close();
	}

	private static void assertRefused(Options.Builder options) {
		assertThatExceptionOfType(AuthenticationException.class).isThrownBy(() -> Nats.connect(options.build()))
			.withMessageContaining("Authorization Violation");
	}

	private static EmbeddedNatsBroker start(BrokerOptions.Builder options) {
		return EmbeddedNatsBroker.create(options.build()).start();
	}

	/**
	 * A client that is refused reports it only when its connection timeout has passed.
	 */
	private static Options.Builder options(EmbeddedNatsBroker broker) {
		return new Options.Builder().server(broker.url())
			.noReconnect()
			.connectionTimeout(Duration.ofSeconds(1))
			.errorListener(new ErrorListener() {
			});
	}

}
