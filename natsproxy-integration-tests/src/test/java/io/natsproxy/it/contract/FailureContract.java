package io.natsproxy.it.contract;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of the exceptions that handler methods throw.
 */
interface FailureContract extends Contract {

	@Test
	default void exceptionWithAStatusHasIt() {
		expectError(get("/failures/status"), 409);
		expectError(get("/failures/status-mono"), 410);
	}

	@Test
	default void exceptionWithHeadersHasThem() {
		expectError(get("/failures/headers").expectHeader()
			.valueEquals(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"test\""), 401);
	}

	@Test
	default void exceptionWhoseClassHasAStatusHasIt() {
		expectUnhandled(get("/failures/annotated"), 402);
	}

	@Test
	default void exceptionIsHandledInTheController() {
		get("/failures/handled").expectStatus().isEqualTo(423).expectBody().json("{\"handledBy\":\"controller\"}");
	}

	@Test
	default void exceptionIsHandledByAdvice() {
		get("/failures/advised").expectStatus()
			.isEqualTo(507)
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.json("{\"status\":507,\"detail\":\"advised\",\"handledBy\":\"advice\"}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/failures/unexpected", "/failures/unexpected-mono" })
	default void unexpectedExceptionTellsNothing(String path) {
		expectUnhandled(get(path), 500);
		String body = get(path).expectBody(String.class).returnResult().getResponseBody();
		assertThat(body).isNotNull().doesNotContain(FailureEndpoints.SECRET, "IllegalState");
	}

}
