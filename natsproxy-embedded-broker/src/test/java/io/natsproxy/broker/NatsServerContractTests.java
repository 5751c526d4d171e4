package io.natsproxy.broker;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The contract on a real nats-server: what is expected of the embedded broker is what
 * that one does. Runs where the system property {@value NatsServerProcess#PROPERTY} names
 * a binary.
 */
class NatsServerContractTests {

	@BeforeAll
	static void requireBinary() {
		assumeTrue(System.getProperty(NatsServerProcess.PROPERTY) != null,
				"No real server to compare with: set -D" + NatsServerProcess.PROPERTY + "=<path of nats-server>");
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
