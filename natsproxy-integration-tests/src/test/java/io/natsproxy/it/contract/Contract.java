package io.natsproxy.it.contract;

import java.net.URI;

import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * What every part of the contract is tested with, and in what transports may differ.
 */
interface Contract {

	/**
	 * Returns a client of the transport.
	 */
	WebTestClient client();

	/**
	 * Returns the type of the body that tells of an exception which neither the
	 * application nor Spring handles: problems of RFC 9457, except over HTTP alone, where
	 * Spring Boot answers with a body of its own. Both have a member "status".
	 */
	default MediaType unhandledErrorType() {
		return MediaType.APPLICATION_PROBLEM_JSON;
	}

	/**
	 * Returns what the other end sees of a header value in ISO 8859-1, of which each
	 * character is one byte.
	 */
	default String received(String value) {
		return value;
	}

	/**
	 * Requests a path as it is written, not encoded any further.
	 */
	default WebTestClient.ResponseSpec get(String path) {
		return client().get().uri((builder) -> URI.create(builder.build() + path)).exchange();
	}

	/**
	 * Checks an error that is Spring's or has a status: a problem over every transport.
	 */
	default void expectError(WebTestClient.ResponseSpec response, int status) {
		expectError(response, status, MediaType.APPLICATION_PROBLEM_JSON);
	}

	/**
	 * Checks what becomes of an exception that nothing handles.
	 */
	default void expectUnhandled(WebTestClient.ResponseSpec response, int status) {
		expectError(response, status, unhandledErrorType());
	}

	private static void expectError(WebTestClient.ResponseSpec response, int status, MediaType type) {
		response.expectStatus()
			.isEqualTo(status)
			.expectHeader()
			.contentTypeCompatibleWith(type)
			.expectBody()
			.jsonPath("$.status")
			.isEqualTo(status);
	}

}
