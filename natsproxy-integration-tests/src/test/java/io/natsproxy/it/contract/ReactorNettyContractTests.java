package io.natsproxy.it.contract;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThatException;

/**
 * The contract on Reactor Netty, without NATS: the reference.
 */
@ExtendWith(ContractEnvironment.Resolver.class)
class ReactorNettyContractTests
		implements RequestContract, ResponseContract, RoutingContract, FailureContract, FormContract, StreamContract {

	private final WebTestClient client;

	ReactorNettyContractTests(ContractEnvironment environment) {
		this.client = environment.reference();
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
	 * The head is sent with the first element: what comes afterwards can only be cut off.
	 */
	@Test
	void listThatFailsHalfwayIsCutOff() {
		assertThatException()
			.isThrownBy(() -> get("/failures/unexpected-flux").expectStatus().isOk().expectBody().returnResult());
	}

	@Test
	void methodThatNobodyAnswersIsNotAllowed() {
		expectError(this.client.delete().uri("/responses/methods/42").exchange(), 405);
	}

}
