package io.natsproxy.it.security;

import io.natsproxy.it.support.TestApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server that lets one message pass for each request: the word of a service that it is
 * still at work must not be that one.
 */
@Timeout(60)
class OneReplyIntegrationTests {

	@ParameterizedTest
	@CsvSource({ "gateway, orders", "caller, responder" })
	void longRequestsAreAnswered(String caller, String responder) throws Exception {
		try (ServerConfiguration server = ServerConfiguration.start("one-reply.conf");
				TestApplication service = server
					.service(ServerConfiguration.login(responder, "natsproxy.stream.processing-after=20ms"));
				TestApplication gateway = server
					.gateway(ServerConfiguration.login(caller, "natsproxy.gateway.timeout=30s"))) {
			assertThat(new TestClient(gateway.port()).get("/orders/slow").body()).isEqualTo("slow order");
			// An answer is there a moment before its exchange has ended.
			Awaitility.await().atMost(TestClient.PATIENCE).until(() -> service.inFlight() == 0);
		}
	}

}
