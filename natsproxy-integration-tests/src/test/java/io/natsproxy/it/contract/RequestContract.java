package io.natsproxy.it.contract;

import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.web.reactive.function.BodyInserters;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What reaches a handler method of a request.
 */
interface RequestContract extends HttpRequestContract {

	@Test
	default void matrixVariablesAreNoPartOfTheSegment() {
		assertThat(member("/requests/matrix/car;color=red;color=blue", "value")).isEqualTo("car");
		assertThat(member("/requests/matrix/car;color=red;color=blue", "color")).isEqualTo(List.of("red", "blue"));
	}

	@Test
	default void restOfThePathIsCaptured() {
		assertThat(member("/requests/tail/a/b%20c/d", "rest")).isEqualTo("/a/b c/d");
		assertThat(member("/requests/tail", "rest")).isEqualTo("");
	}

	@Test
	default void missingCookieIsBadRequest() {
		expectError(get("/requests/cookies"), 400);
	}

	@Test
	default void localeIsThatOfTheClient() {
		client().get()
			.uri("/requests/language")
			.header(HttpHeaders.ACCEPT_LANGUAGE, "de-AT, en;q=0.5")
			.exchange()
			.expectBody()
			.jsonPath("$.language")
			.isEqualTo("de-AT");
	}

	@Test
	default void sessionIsFoundByItsCookie() {
		EntityExchangeResult<byte[]> first = get("/requests/session").expectBody()
			.jsonPath("$.visits")
			.isEqualTo(1)
			.returnResult();
		String session = first.getResponseCookies().toSingleValueMap().get("SESSION").getValue();
		client().get()
			.uri("/requests/session")
			.cookie("SESSION", session)
			.exchange()
			.expectBody()
			.jsonPath("$.visits")
			.isEqualTo(2);
	}

	@Test
	default void malformedJsonIsBadRequest() {
		expectError(client().post()
			.uri("/requests/json")
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue("{\"name\":")
			.exchange(), 400);
	}

	@Test
	default void missingBodyIsBadRequest() {
		expectError(client().post().uri("/requests/json").contentType(MediaType.APPLICATION_JSON).exchange(), 400);
	}

	@Test
	default void invalidBodyIsBadRequest() {
		expectError(client().post().uri("/requests/validated").bodyValue(new Item(" ", 1)).exchange(), 400);
		client().post()
			.uri("/requests/validated")
			.bodyValue(new Item("name", 1))
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.name")
			.isEqualTo("name");
	}

	@Test
	default void invalidParameterIsBadRequest() {
		expectError(get("/requests/required?size=0"), 400);
		get("/requests/required?size=1").expectStatus().isOk().expectBody().jsonPath("$.size").isEqualTo(1);
	}

	@Test
	default void missingParameterIsBadRequest() {
		expectError(get("/requests/required"), 400);
	}

	@Test
	default void parameterOfAnotherTypeIsBadRequest() {
		expectError(get("/requests/required?size=large"), 400);
		expectError(get("/requests/number/one"), 400);
	}

	@Test
	default void formIsBoundToAnObject() {
		client().post()
			.uri("/requests/model")
			.body(BodyInserters.fromFormData("name", "bound").with("count", "7"))
			.exchange()
			.expectBody(Item.class)
			.isEqualTo(new Item("bound", 7));
		expectError(client().post()
			.uri("/requests/model")
			.body(BodyInserters.fromFormData("name", "bound").with("count", "101"))
			.exchange(), 400);
	}

	@Test
	default void missingPartIsBadRequest() {
		MultipartBodyBuilder parts = new MultipartBodyBuilder();
		parts.part("field", "alone");
		expectError(client().post()
			.uri("/requests/multipart")
			.body(BodyInserters.fromMultipartData(parts.build()))
			.exchange(), 400);
	}

	@Test
	default void exchangeIsThatOfTheRequest() {
		get("/requests/arguments?x=%C3%BC").expectBody()
			.json("{\"path\":\"/requests/arguments\",\"query\":\"x=%C3%BC\",\"pattern\":\"/requests/arguments\","
					+ "\"principal\":\"nobody\",\"filtered\":\"by the filter\"}");
	}

}
