package io.natsproxy.it.gateway;

import io.natsproxy.it.support.TestApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.natsproxy.it.gateway.ProblemAssert.assertProblem;
import static io.natsproxy.it.gateway.RawHttpClient.get;
import static io.natsproxy.it.gateway.RawHttpClient.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The management endpoints on the port of the gateway, or elsewhere.
 */
class ManagementPathIntegrationTests {

	@RegisterExtension
	static final SharedGateway shared = new SharedGateway();

	private final Peer peer = shared.peer().tap();

	@ParameterizedTest
	@ValueSource(strings = { "/actuator/env", "/actuator/heapdump", "/actuator/no/such/endpoint", "/actuator/",
			"/%61ctuator/env", "/actuator;a=b/env" })
	void endpointThatIsNotExposedIsNotFound(String target) {
		assertProblem(get(shared.port(), target), 404);
		assertThat(this.peer.subjects()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "POST", "DELETE", "OPTIONS", "PROPFIND" })
	void norIsItWithAnyMethod(String method) {
		assertProblem(RawHttpClient.exchange(shared.port(), request(method, "/actuator/env", "Content-Length: 0")),
				404);
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void preflightsAndHandshakesForThemReachNoService() {
		RawHttpClient.exchange(shared.port(), request("OPTIONS", "/actuator/env", "Origin: https://foe.example",
				"Access-Control-Request-Method: GET"));
		get(shared.port(), "/actuator/env", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
				"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==");
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void endpointThatIsExposedAnswersAndOthersPathsGoToServices() {
		assertThat(get(shared.port(), "/actuator/health").status()).isEqualTo(200);
		assertThat(this.peer.subjects()).isEmpty();
		assertThat(get(shared.port(), "/actuators").text()).isEqualTo("tapped");
		assertThat(get(shared.port(), "/a/actuator/env").text()).isEqualTo("tapped");
	}

	@Test
	void basePathOfTheApplicationStandsBeforeIt() {
		try (TestApplication gateway = TestApplication.gateway(shared.broker())
			.properties("spring.webflux.base-path=/base", "management.endpoints.web.base-path=/manage/",
					"management.endpoints.web.discovery.enabled=false")
			.start()) {
			assertProblem(get(gateway.port(), "/base/manage"), 404);
			assertProblem(get(gateway.port(), "/base/manage/env"), 404);
			assertThat(this.peer.subjects()).isEmpty();
			assertThat(get(gateway.port(), "/base/actuator/env").text()).isEqualTo("tapped");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "natsproxy.gateway.management-path-reserved=false", "management.server.port=0",
			"management.server.port=-1", "management.endpoints.web.base-path=/" })
	void nothingIsReservedWhereTheyAreNotOrWhereThatIsSaid(String property) {
		try (TestApplication gateway = TestApplication.gateway(shared.broker()).properties(property).start()) {
			assertThat(get(gateway.port(), "/actuator/env").text()).isEqualTo("tapped");
		}
	}

}
