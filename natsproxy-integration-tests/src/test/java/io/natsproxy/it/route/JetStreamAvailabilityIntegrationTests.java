package io.natsproxy.it.route;

import java.util.Set;

import io.natsproxy.core.jetstream.JetStreams;
import io.natsproxy.gateway.declared.NatsRoute;
import io.natsproxy.gateway.declared.NatsRouteLocator;
import io.natsproxy.gateway.declared.RouteHandlerFactory;
import io.natsproxy.gateway.declared.RouteTarget;
import io.natsproxy.it.support.TestApplication;
import io.natsproxy.test.TestBroker;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether there is JetStream, with a gateway's own connection, whatever carries its
 * messages.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class JetStreamAvailabilityIntegrationTests {

	@Test
	void brokerWithoutJetStreamSaysSo(CapturedOutput output) {
		try (TestBroker broker = TestBroker.start();
				TestApplication gateway = TestApplication.gateway(broker).with(Routes.class).start()) {
			StepVerifier.create(gateway.bean(JetStreams.class).isAvailable()).expectNext(false).verifyComplete();
			Awaitility.await()
				.untilAsserted(() -> assertThat(output).contains("The NATS server has no JetStream")
					.contains("'/stored [POST] -> stored' among them"));
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

	@Configuration(proxyBeanMethods = false)
	static class Routes {

		@Bean
		NatsRouteLocator stored() {
			return NatsRouteLocator.of(NatsRoute.path("/stored").to(new Stored()));
		}

		@Bean
		RouteHandlerFactory storedHandlers() {
			return (route) -> (route.target() instanceof Stored) ? (request) -> Mono.empty() : null;
		}

	}

	private record Stored() implements RouteTarget {

		@Override
		public String kind() {
			return "stored";
		}

		@Override
		public Set<HttpMethod> methods() {
			return Set.of(HttpMethod.POST);
		}

		@Override
		public boolean requiresJetStream() {
			return true;
		}

	}

}
