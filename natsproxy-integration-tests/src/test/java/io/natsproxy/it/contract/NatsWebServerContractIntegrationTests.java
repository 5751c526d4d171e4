package io.natsproxy.it.contract;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The contract over NATS, on a WebFlux application whose web server is one of NATS.
 */
@ExtendWith(ContractEnvironment.Resolver.class)
class NatsWebServerContractIntegrationTests
		implements RequestContract, ResponseContract, RoutingContract, FailureContract, FormContract, StreamContract {

	private final WebTestClient client;

	NatsWebServerContractIntegrationTests(ContractEnvironment environment) {
		this.client = environment.webServer();
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
	 * Spring maps such failures only where an argument has {@code @RequestBody}.
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
	 * Nothing has been sent when it fails, since a list is sent as a whole. It is
	 * committed for Spring Boot, which does not handle the error.
	 */
	@Test
	void listThatFailsHalfwayIsAnError() {
		expectError(get("/failures/unexpected-flux"), 500);
	}

	@Test
	void methodThatNobodyAnswersIsNotAllowed() {
		expectError(this.client.delete().uri("/responses/methods/42").exchange(), 405);
	}

}
