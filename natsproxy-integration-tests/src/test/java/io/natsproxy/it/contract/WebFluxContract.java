package io.natsproxy.it.contract;

import org.junit.jupiter.api.Test;

import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The contract of a WebFlux application that was made for HTTP, whatever carries its
 * requests: errors that nothing handles are answered by Spring Boot.
 */
interface WebFluxContract
		extends RequestContract, ResponseContract, RoutingContract, FailureContract, FormContract, StreamContract {

	@Override
	default MediaType unhandledErrorType() {
		return MediaType.APPLICATION_JSON;
	}

	/**
	 * Spring maps such failures only where an argument has {@code @RequestBody}.
	 */
	@Override
	default void expectRefused(WebTestClient.ResponseSpec response, int status) {
		expectUnhandled(response, 500);
	}

	@Test
	default void pathThatNobodyAnswersIsNotFound() {
		expectError(get("/nobody"), 404);
	}

	@Test
	default void methodThatNobodyAnswersIsNotAllowed() {
		expectError(client().delete().uri("/responses/methods/42").exchange(), 405);
	}

}
