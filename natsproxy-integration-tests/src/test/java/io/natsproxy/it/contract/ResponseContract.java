package io.natsproxy.it.contract;

import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/**
 * What becomes of the values that handler methods return.
 */
interface ResponseContract extends HttpResponseContract {

	@Test
	default void whatIsDoneBeforeTheCommitIsSeen() {
		get("/responses/before-commit").expectStatus()
			.isEqualTo(202)
			.expectHeader()
			.valueEquals("X-Committed", "yes")
			.expectBody(String.class)
			.isEqualTo("accepted");
	}

	@Test
	default void publisherOfOneBecomesAnObject() {
		get("/responses/mono").expectStatus().isOk().expectBody(Item.class).isEqualTo(new Item("mono", 1));
		get("/responses/delayed").expectStatus().isOk().expectBody(Item.class).isEqualTo(new Item("delayed", 1));
	}

	@Test
	default void publisherOfNoneBecomesAnEmptyBody() {
		get("/responses/empty-mono").expectStatus().isOk().expectBody().isEmpty();
	}

	@Test
	default void publisherOfManyBecomesAnArray() {
		get("/responses/flux").expectHeader()
			.contentType(MediaType.APPLICATION_JSON)
			.expectBodyList(Item.class)
			.isEqualTo(List.of(new Item("item", 1), new Item("item", 2), new Item("item", 3)));
		get("/responses/empty-flux").expectBody().json("[]");
	}

	@Test
	default void futureBecomesAnObject() {
		get("/responses/future").expectBody(Item.class).isEqualTo(new Item("future", 1));
	}

	@Test
	default void voidBecomesOkWithNothing() {
		get("/responses/nothing").expectStatus()
			.isOk()
			.expectHeader()
			.doesNotExist(HttpHeaders.CONTENT_TYPE)
			.expectBody()
			.isEmpty();
	}

	@Test
	default void contentThatTheHandlerEncodedPassesUntouched() {
		get("/responses/compressed").expectHeader()
			.valueEquals(HttpHeaders.CONTENT_ENCODING, "gzip")
			.expectBody(byte[].class)
			.isEqualTo(ResponseEndpoints.gzip("compressed by the handler"));
	}

	@Test
	default void filterOfTheApplicationSeesTheRequest() {
		get("/responses/mono").expectHeader()
			.valueEquals("X-Filtered", "yes")
			.expectBody(Item.class)
			.isEqualTo(new Item("mono", 1));
	}

	@Test
	default void filterOfTheApplicationMayTurnARequestAway() {
		client().get()
			.uri("/responses/mono")
			.header("X-Forbidden", "true")
			.exchange()
			.expectStatus()
			.isForbidden()
			.expectBody()
			.isEmpty();
	}

}
