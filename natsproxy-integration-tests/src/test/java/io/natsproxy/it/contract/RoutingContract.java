package io.natsproxy.it.contract;

import java.util.Set;

import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which handler a request meets, where the paths of several have the same subject too.
 */
interface RoutingContract extends Contract {

	@Test
	default void handlerIsChosenByAccept() {
		client().get()
			.uri("/responses/produced")
			.accept(MediaType.TEXT_PLAIN)
			.exchange()
			.expectBody(String.class)
			.isEqualTo("text");
		client().get()
			.uri("/responses/produced")
			.accept(MediaType.APPLICATION_JSON)
			.exchange()
			.expectBody(Item.class)
			.isEqualTo(new Item("json", 1));
	}

	@Test
	default void typeThatNobodyProducesIsNotAcceptable() {
		expectError(client().get().uri("/responses/produced").accept(MediaType.IMAGE_PNG).exchange(), 406);
	}

	@Test
	default void handlerIsChosenByContentType() {
		client().post()
			.uri("/responses/consumed")
			.contentType(MediaType.TEXT_PLAIN)
			.bodyValue("x")
			.exchange()
			.expectBody(String.class)
			.isEqualTo("text");
		client().post()
			.uri("/responses/consumed")
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue("{}")
			.exchange()
			.expectBody(String.class)
			.isEqualTo("json");
	}

	@Test
	default void typeThatNobodyConsumesIsUnsupported() {
		expectError(client().post()
			.uri("/responses/consumed")
			.contentType(MediaType.APPLICATION_XML)
			.bodyValue("<x/>")
			.exchange(), 415);
	}

	@Test
	default void handlerIsChosenByParameterAndHeader() {
		get("/responses/conditions?mode=fast").expectBody(String.class).isEqualTo("fast");
		client().get()
			.uri("/responses/conditions")
			.header("X-Mode", "slow")
			.exchange()
			.expectBody(String.class)
			.isEqualTo("slow");
	}

	@Test
	default void parameterThatNoHandlerWantsIsBadRequest() {
		expectError(get("/responses/parameter?mode=lazy"), 400);
	}

	@Test
	default void headerThatNoHandlerWantsIsNotFound() {
		expectError(get("/responses/conditions?mode=lazy"), 404);
	}

	@Test
	default void pathThatThePatternExcludesIsNotFound() {
		get("/responses/digits/42").expectBody(String.class).isEqualTo("digits 42");
		expectError(get("/responses/digits/abc"), 404);
	}

	@Test
	default void pathThatHasAnotherMethodIsNotAllowed() {
		get("/responses/methods/42").expectBody(String.class).isEqualTo("number 42");
		expectError(get("/responses/methods/abc").expectHeader().valueEquals(HttpHeaders.ALLOW, "POST"), 405);
	}

	@Test
	default void optionsTellsWhatIsAllowed() {
		Set<HttpMethod> allowed = client().options()
			.uri("/responses/methods/42")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.returnResult()
			.getResponseHeaders()
			.getAllow();
		assertThat(allowed).containsExactlyInAnyOrder(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST,
				HttpMethod.OPTIONS);
	}

	@Test
	default void preflightIsAnsweredForTheHandler() {
		client().options()
			.uri("/responses/shared")
			.header(HttpHeaders.ORIGIN, "https://example.com")
			.header(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD, "GET")
			.header(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS, "X-Token")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.valueEquals(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "https://example.com")
			.expectHeader()
			.valueEquals(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "GET")
			.expectHeader()
			.valueEquals(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, "X-Token")
			.expectHeader()
			.valueEquals(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "60")
			.expectBody()
			.isEmpty();
	}

	/**
	 * Checks the body of the response to a preflight that is refused.
	 */
	default void expectRefusedPreflight(WebTestClient.ResponseSpec response) {
		response.expectBody().isEmpty();
	}

	@Test
	default void preflightOfAnotherOriginIsForbidden() {
		expectRefusedPreflight(client().options()
			.uri("/responses/shared")
			.header(HttpHeaders.ORIGIN, "https://example.org")
			.header(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD, "GET")
			.exchange()
			.expectStatus()
			.isForbidden()
			.expectHeader()
			.doesNotExist(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN));
	}

	@Test
	default void requestOfAnAllowedOriginIsShared() {
		client().get()
			.uri("/responses/shared")
			.header(HttpHeaders.ORIGIN, "https://example.com")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.valueEquals(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "https://example.com")
			.expectBody(String.class)
			.isEqualTo("shared");
	}

	@Test
	default void routerFunctionAnswers() {
		get("/functions/items/a%20b?count=3").expectStatus()
			.isOk()
			.expectHeader()
			.valueEquals("X-Function", "function")
			.expectBody(Item.class)
			.isEqualTo(new Item("a b", 3));
	}

	@Test
	default void routerFunctionReadsTheBody() {
		client().post()
			.uri("/functions/items")
			.bodyValue(new Item("new", 1))
			.exchange()
			.expectStatus()
			.isCreated()
			.expectHeader()
			.value(HttpHeaders.LOCATION, (location) -> assertThat(location).endsWith("/functions/items/new"))
			.expectBody(Item.class)
			.isEqualTo(new Item("new", 1));
	}

	@Test
	default void routerFunctionMayFail() {
		expectError(get("/functions/failing"), 409);
	}

	@Test
	default void pathThatNoFunctionMatchesIsNotFound() {
		get("/functions/digits/42").expectBody(String.class).isEqualTo("digits 42");
		expectError(get("/functions/digits/abc"), 404);
	}

}
