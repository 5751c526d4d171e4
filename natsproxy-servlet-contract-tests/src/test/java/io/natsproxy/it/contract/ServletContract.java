package io.natsproxy.it.contract;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The contract of a Spring MVC application, whatever carries its requests. What it
 * changes is what Jetty, the Servlet API and Spring MVC do otherwise than WebFlux: over
 * the port, too.
 */
interface ServletContract extends SpringBootContract {

	/**
	 * Jetty refuses such a form, and Spring MVC does not handle its exception.
	 */
	@Override
	default void expectRefused(WebTestClient.ResponseSpec response, int status) {
		expectUnhandled(response, status);
	}

	/**
	 * Jetty refuses paths that filters and servlets could read in two ways.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "/requests/path/a%2Fb", "/requests/path/a%5Cb", "/requests/path/100%25",
			"/requests/path/%2e%2e/x", "/requests/path/..;/x", "/requests/path//x" })
	default void pathThatMayBeReadInTwoWaysIsABadRequest(String path) {
		get(path).expectStatus().isBadRequest();
	}

	@Override
	@Test
	default void encodedSlashStaysInItsSegment() {
		get("/requests/query?a=b%2Fc").expectBody(MultiValue.TYPE).isEqualTo(MultiValue.of("a", "b/c"));
	}

	@Override
	@Test
	default void pathVariableIsDecoded() {
		get("/requests/path/a%20b").expectBody().json("{\"value\":\"a b\"}");
		get("/requests/path/a.b*c%3E$d").expectBody().json("{\"value\":\"a.b*c>$d\"}");
	}

	@Override
	@Test
	default void charactersThatAUriMayNotHaveComeEncoded() {
		String encoded = "%7C%7B%7D%5B%5D%5E%60%22%3C%3E";
		get("/requests/path/" + encoded).expectBody().jsonPath("$.value").isEqualTo("|{}[]^`\"<>");
		get("/requests/query?a=" + encoded + "%5C&" + encoded + "=b").expectBody(MultiValue.TYPE)
			.isEqualTo(MultiValue.of("a", "|{}[]^`\"<>\\", "|{}[]^`\"<>", "b"));
	}

	/**
	 * A parameter without a value has an empty one in the Servlet API.
	 */
	@Override
	@Test
	default void queryKeepsRepeatedEmptyAndEncodedParameters() {
		get("/requests/query?a=1&a=2&b=&c&d=x%26y%3Dz+%C3%BC").expectBody(MultiValue.TYPE)
			.isEqualTo(MultiValue.of("a", "1", "a", "2", "b", "", "c", "", "d", "x&y=z ü"));
	}

	/**
	 * Spring MVC says why.
	 */
	@Override
	default void expectRefusedPreflight(WebTestClient.ResponseSpec response) {
		response.expectBody(String.class).isEqualTo("Invalid CORS request");
	}

	/**
	 * Spring MVC has no limit for what it reads as a whole.
	 */
	@Override
	@Test
	default void bodyThatIsReadAsAWholeHasTheLimitOfItsCodec() {
		upload("/streams/bytes", MEGABYTE).expectStatus()
			.isOk()
			.expectBody(String.class)
			.isEqualTo(Integer.toString(MEGABYTE));
	}

	@Override
	@Test
	default void bodyThatAFunctionCannotHoldIsTooLarge() {
		WebTestClient.ResponseSpec response = post("/functions/text", MediaType.TEXT_PLAIN_VALUE, TOO_LONG)
			.expectStatus()
			.isOk();
		assertThat(TestContent.summary(response.returnResult(DataBuffer.class).getResponseBody()).block(PATIENCE))
			.extracting(TestContent.Summary::length)
			.isEqualTo((long) TOO_LONG.length());
	}

	@Override
	@ParameterizedTest
	@ValueSource(ints = { 500_000, 3 * MEGABYTE })
	default void requestMayBeAnsweredBeforeItIsRead(int length) {
		expectError(upload("/streams/unauthorized", length), 401);
		expectError(upload("/streams/too-large", length), 413);
	}

	/**
	 * What Jetty says of a form that is larger than it may be.
	 */
	@Override
	@Test
	default void fieldsThatAreTooLongAreTooLarge() {
		for (String path : List.of("/forms/fields", "/functions/fields")) {
			expectRefused(post(path, MediaType.APPLICATION_FORM_URLENCODED_VALUE, "a=" + TOO_LONG), 400);
		}
	}

	@Override
	@Test
	default void fieldOfAFormThatIsTooLongIsTooLarge() {
		for (String path : List.of("/forms/text", "/functions/file")) {
			expectRefused(post(path, MULTIPART, FormContract.part("name=\"file\"", TOO_LONG) + "--b--\r\n"), 400);
		}
	}

	@Override
	@Test
	default void headOfAPartThatIsTooLongIsABadRequest() {
		String part = FormContract.part("name=\"file\"; filename=\"" + "a".repeat(11_000) + "\"", "text") + "--b--\r\n";
		for (String path : List.of("/forms/file", "/forms/object", "/functions/file")) {
			expectError(post(path, MULTIPART, part), 413);
		}
	}

	/**
	 * Spring MVC cannot make a text of it.
	 */
	@Override
	@Test
	default void fileInPlaceOfATextIsABadRequest() {
		String part = FormContract.part("name=\"field\"; filename=\"a\"", "text") + "--b--\r\n";
		expectError(post("/forms/field", MULTIPART, part), 500);
	}

	/**
	 * Spring MVC handles that it is missing.
	 */
	@Override
	@ParameterizedTest
	@ValueSource(strings = { "/forms/file", "/forms/file-mono", "/forms/files", "/forms/file-list" })
	default void textInPlaceOfAFileIsABadRequest(String path) {
		expectError(post(path, MULTIPART, FIELD), 400);
	}

	@Override
	@Test
	default void partsWhoseTypeIsMalformedAreMissing() {
		post("/forms/file", "multipart/form-data; boundary=", FILE).expectStatus().isBadRequest();
	}

	/**
	 * Jetty does not look at the type of a part.
	 */
	@Override
	@Test
	default void partWhoseHeadIsMalformedIsABadRequest() {
		expectMalformed(MULTIPART, "--b\r\nContent-Disposition: form-data; name\r\n\r\ntext\r\n--b--\r\n");
	}

	/**
	 * Jetty allows a thousand.
	 */
	@Override
	@Test
	default void tooManyPartsAreABadRequest() {
		expectMalformed(MULTIPART,
				FormContract.part("name=\"file\"; filename=\"a.txt\"", "text").repeat(1001) + "--b--\r\n");
	}

	/**
	 * No handler is called. With some of such forms, the error page of Spring Boot cannot
	 * be dispatched to either, and the response is an empty one.
	 */
	@Override
	default void expectMalformed(String contentType, String body) {
		for (String path : List.of("/forms/file", "/forms/file-mono", "/forms/files", "/forms/object",
				"/functions/file")) {
			EntityExchangeResult<String> result = post(path, contentType, body).expectBody(String.class).returnResult();
			assertThat(result.getStatus().value() == 400 || result.getResponseBody() == null)
				.as(() -> path + ": " + result.getStatus() + " " + result.getResponseBody())
				.isTrue();
		}
	}

}
