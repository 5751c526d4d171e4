package io.natsproxy.it.contract;

import org.junit.jupiter.api.Test;

import org.springframework.http.MediaType;

/**
 * What HEAD does over NATS. Over HTTP alone, WebFlux makes the whole of a body that
 * nobody gets.
 */
interface HeadContract extends Contract {

	@Test
	default void headOfAnEndlessBodyIsAnswered() {
		client().head()
			.uri("/streams/endless")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.contentType(MediaType.APPLICATION_OCTET_STREAM)
			.expectBody()
			.isEmpty();
	}

	@Test
	default void headOfABodyThatFailsAtOnceFailsAsGetDoes() {
		client().head()
			.uri("/failures/unexpected-first")
			.exchange()
			.expectStatus()
			.isEqualTo(500)
			.expectBody()
			.isEmpty();
		expectUnhandled(get("/failures/unexpected-first"), 500);
	}

}
