package io.natsproxy.it.contract;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.http.HttpHeaders;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The contract over HTTP and the gateway.
 */
@ExtendWith(ContractEnvironment.Resolver.class)
class GatewayContractIntegrationTests implements RequestContract, ResponseContract, RoutingContract, FailureContract,
		FormContract, StreamContract, HeadContract {

	private final WebTestClient client;

	GatewayContractIntegrationTests(ContractEnvironment environment) {
		this.client = environment.gateway();
	}

	@Override
	public WebTestClient client() {
		return this.client;
	}

	/**
	 * A gateway cannot tell a path that does not exist from a service that is not there.
	 */
	@Test
	void pathThatNobodyAnswersIsUnavailable() {
		expectError(get("/nobody").expectHeader().exists(HttpHeaders.RETRY_AFTER), 503);
	}

	/**
	 * Nothing has been sent when it fails, since a list is sent as a whole.
	 */
	@Test
	void listThatFailsHalfwayIsAnError() {
		expectUnhandled(get("/failures/unexpected-flux"), 500);
	}

	@Test
	void methodThatNobodyAnswersIsNotAllowed() {
		expectError(this.client.delete().uri("/responses/methods/42").exchange(), 405);
	}

	/**
	 * What fits one message has come as a whole.
	 */
	@Test
	void shortResponseOfUnknownLengthGetsItsLength() {
		get("/streams/small").expectHeader()
			.contentLength(100_000)
			.expectBody(byte[].class)
			.isEqualTo(TestContent.bytes(100_000));
	}

}
