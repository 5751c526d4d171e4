package io.natsproxy.it.contract;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * What a client gets of the responses of any server, whatever it is made with.
 */
interface HttpResponseContract extends Contract {

	@Test
	default void stringBecomesText() {
		get("/responses/text").expectHeader()
			.contentTypeCompatibleWith(MediaType.TEXT_PLAIN)
			.expectBody(String.class)
			.isEqualTo(ResponseEndpoints.TEXT);
	}

	@Test
	default void bytesAreWrittenAsTheyAre() {
		get("/responses/bytes").expectBody(byte[].class).isEqualTo(new byte[] { 0, 1, -1, -128, 13, 10 });
	}

	@Test
	default void resourceIsWrittenWithItsLength() {
		get("/responses/resource").expectStatus()
			.isOk()
			.expectHeader()
			.contentLength(10)
			.expectHeader()
			.valueEquals(HttpHeaders.ACCEPT_RANGES, "bytes")
			.expectBody(String.class)
			.isEqualTo("0123456789");
	}

	@Test
	default void rangeOfAResourceIsPartialContent() {
		client().get()
			.uri("/responses/resource")
			.header(HttpHeaders.RANGE, "bytes=2-4")
			.exchange()
			.expectStatus()
			.isEqualTo(HttpStatus.PARTIAL_CONTENT)
			.expectHeader()
			.valueEquals(HttpHeaders.CONTENT_RANGE, "bytes 2-4/10")
			.expectBody(String.class)
			.isEqualTo("234");
	}

	@Test
	default void statusOfTheMethodIsUsed() {
		client().post()
			.uri("/responses/created")
			.exchange()
			.expectStatus()
			.isCreated()
			.expectBody(Item.class)
			.isEqualTo(new Item("created", 1));
	}

	@Test
	default void noContentHasNeitherBodyNorLength() {
		client().delete()
			.uri("/responses/deleted")
			.exchange()
			.expectStatus()
			.isNoContent()
			.expectHeader()
			.doesNotExist(HttpHeaders.CONTENT_LENGTH)
			.expectBody()
			.isEmpty();
	}

	@Test
	default void statusAndHeadersOfAnEntityAreUsed() {
		get("/responses/entity").expectStatus()
			.isEqualTo(299)
			.expectHeader()
			.valueEquals("X-One", "1")
			.expectHeader()
			.valueEquals("X-Many", "a", "b, c")
			.expectHeader()
			.valueEquals("X-Latin", received("Grüße"))
			.expectHeader()
			.valueEquals("X-Utf8", TestContent.UTF_8_VALUE)
			.expectHeader()
			.location("/responses/entity/7")
			.expectHeader()
			.valueEquals(HttpHeaders.CACHE_CONTROL, "no-store")
			.expectBody(Item.class)
			.isEqualTo(new Item("entity", 1));
	}

	@Test
	default void everyCookieIsSet() {
		get("/responses/cookies").expectCookie()
			.valueEquals("first", "1")
			.expectCookie()
			.path("first", "/responses")
			.expectCookie()
			.maxAge("first", Duration.ofHours(1))
			.expectCookie()
			.httpOnly("first", true)
			.expectCookie()
			.secure("first", true)
			.expectCookie()
			.sameSite("first", "Strict")
			.expectCookie()
			.valueEquals("second", "2")
			.expectCookie()
			.domain("second", "example.com")
			.expectCookie()
			.valueEquals("third", "3")
			.expectBody()
			.isEmpty();
	}

	@Test
	default void entityTagOfTheClientIsNotModified() {
		get("/responses/tagged").expectStatus()
			.isOk()
			.expectHeader()
			.valueEquals(HttpHeaders.ETAG, "\"v1\"")
			.expectBody(String.class)
			.isEqualTo("tagged");
		client().get()
			.uri("/responses/tagged")
			.header(HttpHeaders.IF_NONE_MATCH, "\"v1\"")
			.exchange()
			.expectStatus()
			.isNotModified()
			.expectHeader()
			.valueEquals(HttpHeaders.ETAG, "\"v1\"")
			.expectBody()
			.isEmpty();
	}

	@Test
	default void headIsAnsweredAsGetWithoutTheBody() {
		client().head()
			.uri("/responses/resource")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.contentLength(10)
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.TEXT_PLAIN)
			.expectBody()
			.isEmpty();
		client().head()
			.uri("/responses/mono")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.contentLength("{\"name\":\"mono\",\"count\":1}".length())
			.expectBody()
			.isEmpty();
	}

}
