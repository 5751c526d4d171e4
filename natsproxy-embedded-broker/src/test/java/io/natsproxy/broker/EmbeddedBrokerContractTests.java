package io.natsproxy.broker;

import org.junit.jupiter.api.Nested;

/**
 * The contract on the embedded broker, which must release every buffer.
 */
class EmbeddedBrokerContractTests {

	@Nested
	class Operations extends OperationsContract {

		Operations() {
			super(EmbeddedTestServer::new);
		}

	}

	@Nested
	class Delivery extends DeliveryContract {

		Delivery() {
			super(EmbeddedTestServer::new);
		}

	}

	@Nested
	class Limits extends LimitsContract {

		Limits() {
			super(EmbeddedTestServer::new);
		}

	}

}
