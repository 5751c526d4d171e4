package io.natsproxy.it.contract;

import org.junit.jupiter.api.Test;

import org.springframework.http.MediaType;

/**
 * The contract of an application that was made for HTTP, whatever carries its requests:
 * errors that nothing handles are answered by Spring Boot.
 */
interface SpringBootContract
		extends RequestContract, ResponseContract, RoutingContract, FailureContract, FormContract, StreamContract {

	@Override
	default MediaType unhandledErrorType() {
		return MediaType.APPLICATION_JSON;
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
