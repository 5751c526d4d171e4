package io.natsproxy.it.route;

import io.natsproxy.core.jetstream.JetStreams;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.test.StepVerifier;

/**
 * Whether there is JetStream, with a gateway's own connection, whatever carries its
 * messages.
 */
@Timeout(60)
class JetStreamAvailabilityIntegrationTests {

	@Test
	void brokerWithoutJetStreamSaysSo() {
		try (TestBroker broker = TestBroker.start();
				TestApplication gateway = TestApplication.gateway(broker).start()) {
			StepVerifier.create(gateway.bean(JetStreams.class).isAvailable()).expectNext(false).verifyComplete();
		}
	}

	@Test
	void serverWithJetStreamSaysSo() {
		Assumptions.assumeTrue(TestBroker.isServer(), "JetStream takes a real nats-server");
		try (TestBroker broker = TestBroker.startJetStream();
				TestApplication gateway = TestApplication.gateway(broker).start()) {
			StepVerifier.create(gateway.bean(JetStreams.class).isAvailable()).expectNext(true).verifyComplete();
		}
	}

}
