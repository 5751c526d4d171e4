package io.natsproxy.broker;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The contract on a real nats-server: what is expected of the embedded broker is what
 * that one does. Runs where the system property {@value NatsServerProcess#PROPERTY} names
 * a binary.
 */
@EnabledIfSystemProperty(named = NatsServerProcess.PROPERTY, matches = ".+",
		disabledReason = "No real server to compare with: set -D" + NatsServerProcess.PROPERTY
				+ "=<path of nats-server>")
class NatsServerContractTests {

	@Test
	void theServerIsARealOne() {
		try (TestServer server = new NatsServerProcess(BrokerOptions.defaults());
				RawClient client = new RawClient(server.port())) {
			assertThat(client.info()).contains("\"go\":\"go").doesNotContain(ServerInfo.VERSION);
		}
	}

	@Nested
	class Operations extends OperationsContract {

		Operations() {
			super(NatsServerProcess::new);
		}

	}

	@Nested
	class Delivery extends DeliveryContract {

		Delivery() {
			super(NatsServerProcess::new);
		}

	}

	@Nested
	class Limits extends LimitsContract {

		Limits() {
			super(NatsServerProcess::new);
		}

	}

}
