package io.natsproxy.it.contract;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The contract over HTTP, a gateway and an agent before Reactor Netty: whatever the
 * reference answers is what the client gets.
 */
@ExtendWith(ContractEnvironment.Resolver.class)
class AgentContractIntegrationTests
		implements RequestContract, ResponseContract, RoutingContract, FailureContract, FormContract, StreamContract {

	private final WebTestClient client;

	AgentContractIntegrationTests(ContractEnvironment environment) {
		this.client = environment.agent();
	}

	@Override
	public WebTestClient client() {
		return this.client;
	}

	@Override
	public MediaType unhandledErrorType() {
		return MediaType.APPLICATION_JSON;
	}

	/**
	 * As on Reactor Netty.
	 */
	@Override
	public void expectRefused(WebTestClient.ResponseSpec response, int status) {
		expectUnhandled(response, 500);
	}

	@Test
	void pathThatNobodyAnswersIsNotFound() {
		expectError(get("/nobody"), 404);
	}

	/**
	 * The upstream cuts it off; nothing of it has been passed on then.
	 */
	@Test
	void listThatFailsHalfwayIsABadGateway() {
		expectError(get("/failures/unexpected-flux"), 502);
	}

	@Test
	void methodThatNobodyAnswersIsNotAllowed() {
		expectError(this.client.delete().uri("/responses/methods/42").exchange(), 405);
	}

}
