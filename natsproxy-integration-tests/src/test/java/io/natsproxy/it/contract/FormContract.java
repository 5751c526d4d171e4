package io.natsproxy.it.contract;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.BodyInserters;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Forms that are whole, and what becomes of others: the client's fault in each case. At
 * most ten parts are allowed, with heads of 10 KB, and 256 KB for what is in memory.
 */
interface FormContract extends Contract {

	String MULTIPART = "multipart/form-data; boundary=b";

	String FILE = part("name=\"file\"; filename=\"a.txt\"", "text") + "--b--\r\n";

	String FIELD = part("name=\"file\"", "text") + "--b--\r\n";

	/**
	 * One byte more than may be in memory. Nothing of such a body is left unread when it
	 * is refused: a server that closes a connection with bytes unread resets it, and the
	 * response may be lost with it.
	 */
	String TOO_LONG = "x".repeat(256 * 1024 + 1);

	/**
	 * Checks a form that is malformed, or too long, where its reader meets that.
	 */
	default void expectRefused(WebTestClient.ResponseSpec response, int status) {
		expectError(response, status);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/forms/fields", "/functions/fields" })
	default void fieldsAreRead(String path) {
		post(path, MediaType.APPLICATION_FORM_URLENCODED_VALUE, "a=%C3%BC&b=1&b=2").expectStatus()
			.isOk()
			.expectBody()
			.json("{\"a\":[\"\u00fc\"],\"b\":[\"1\",\"2\"]}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/forms/file", "/forms/file-mono", "/forms/files", "/forms/file-list", "/forms/object",
			"/functions/file" })
	default void fileIsRead(String path) {
		post(path, MULTIPART, FILE).expectStatus()
			.isOk()
			.expectBody(String.class)
			.value((names) -> assertThat(names).contains("a.txt"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/forms/parts", "/forms/events", "/functions/parts" })
	default void partsAreRead(String path) {
		post(path, MULTIPART, FIELD).expectStatus().isOk().expectBody().json("[\"file\"]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a=%zz", "a=%1", "%=1", "a=%e" })
	default void malformedFieldsAreABadRequest(String form) {
		for (String path : List.of("/forms/fields", "/functions/fields")) {
			expectRefused(post(path, MediaType.APPLICATION_FORM_URLENCODED_VALUE, form), 400);
		}
	}

	@Test
	default void fieldsThatAreTooLongAreTooLarge() {
		String form = "a=" + TOO_LONG;
		expectRefused(post("/forms/fields", MediaType.APPLICATION_FORM_URLENCODED_VALUE, form), 413);
		expectRefused(post("/functions/fields", MediaType.APPLICATION_FORM_URLENCODED_VALUE, form), 413);
	}

	@Test
	default void partsWithoutABoundaryAreABadRequest() {
		expectMalformed("multipart/form-data", FILE);
	}

	@Test
	default void partsWhoseTypeIsMalformedAreMissing() {
		expectError(post("/forms/file", "multipart/form-data; boundary=", FILE), 400);
	}

	@Test
	default void partsThatAreNoneAreABadRequest() {
		expectMalformed(MULTIPART, "garbage");
		expectMalformed(MULTIPART, "--c\r\n\r\ntext\r\n--c--\r\n");
	}

	@Test
	default void partsThatAreCutOffAreABadRequest() {
		expectMalformed(MULTIPART, FILE.substring(0, FILE.length() - 6));
		expectMalformed(MULTIPART, FILE.substring(0, FILE.indexOf("text")));
		expectMalformed(MULTIPART, FILE.substring(0, FILE.indexOf("text") - 4));
	}

	@Test
	default void tooManyPartsAreABadRequest() {
		expectMalformed(MULTIPART, part("name=\"file\"; filename=\"a.txt\"", "text").repeat(11) + "--b--\r\n");
	}

	@Test
	default void headOfAPartThatIsTooLongIsABadRequest() {
		String part = part("name=\"file\"; filename=\"" + "a".repeat(11_000) + "\"", "text") + "--b--\r\n";
		for (String path : List.of("/forms/file", "/forms/file-mono", "/forms/object", "/functions/file")) {
			expectRefused(post(path, MULTIPART, part), 400);
		}
	}

	@Test
	default void partWithoutANameIsABadRequest() {
		expectMalformed(MULTIPART, part("filename=\"a.txt\"", "text") + "--b--\r\n");
	}

	@Test
	default void partWhoseHeadIsMalformedIsABadRequest() {
		expectMalformed(MULTIPART, "--b\r\nContent-Disposition: form-data; name\r\n\r\ntext\r\n--b--\r\n");
		expectMalformed(MULTIPART, "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n"
				+ "Content-Type: text\r\n\r\ntext\r\n--b--\r\n");
	}

	@Test
	default void fieldOfAFormThatIsTooLongIsTooLarge() {
		String part = part("name=\"file\"", TOO_LONG) + "--b--\r\n";
		for (String path : List.of("/forms/text", "/functions/file")) {
			expectRefused(post(path, MULTIPART, part), 413);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/forms/file", "/forms/file-mono", "/forms/files", "/forms/file-list" })
	default void textInPlaceOfAFileIsABadRequest(String path) {
		expectRefused(post(path, MULTIPART, FIELD), 400);
	}

	@Test
	default void fileInPlaceOfATextIsABadRequest() {
		expectRefused(post("/forms/field", MULTIPART, part("name=\"field\"; filename=\"a\"", "text") + "--b--\r\n"),
				400);
	}

	@Test
	default void textInPlaceOfAFileIsABadRequestForAnObjectToo() {
		expectError(post("/forms/object", MULTIPART, FIELD), 400);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/forms/file", "/forms/file-mono", "/forms/text" })
	default void missingPartIsABadRequest(String path) {
		expectError(post(path, MULTIPART, part("name=\"other\"", "text") + "--b--\r\n"), 400);
	}

	@Test
	default void bodyThatAFunctionCannotHoldIsTooLarge() {
		expectRefused(post("/functions/text", MediaType.TEXT_PLAIN_VALUE, TOO_LONG), 413);
	}

	/**
	 * Sends a malformed form to all that read one, of which an argument with
	 * {@code @RequestBody} is refused by Spring itself.
	 */
	default void expectMalformed(String contentType, String body) {
		for (String path : List.of("/forms/file", "/forms/file-mono", "/forms/files", "/forms/object",
				"/functions/file")) {
			expectRefused(post(path, contentType, body), 400);
		}
	}

	/**
	 * Sends a form as it is written.
	 */
	default WebTestClient.ResponseSpec post(String path, String contentType, String body) {
		return client().post()
			.uri(path)
			.header("Content-Type", contentType)
			.body(BodyInserters.fromDataBuffers(Mono.fromSupplier(
					() -> DefaultDataBufferFactory.sharedInstance.wrap(body.getBytes(StandardCharsets.UTF_8)))))
			.exchange();
	}

	static String part(String disposition, String content) {
		return "--b\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n";
	}

}
