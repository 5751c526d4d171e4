package io.natsproxy.it.contract;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.BodyInserters;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What reaches any server of a request, whatever it is made with.
 */
interface HttpRequestContract extends Contract {

	@Test
	default void pathVariableIsDecoded() {
		assertThat(member("/requests/path/plain", "value")).isEqualTo("plain");
		assertThat(member("/requests/path/a%20b", "value")).isEqualTo("a b");
		assertThat(member("/requests/path/100%25", "value")).isEqualTo("100%");
		assertThat(member("/requests/path/a.b*c%3E$d", "value")).isEqualTo("a.b*c>$d");
	}

	@Test
	default void charactersThatAUriMayNotHaveComeEncoded() {
		String encoded = "%7C%7B%7D%5B%5D%5E%60%22%3C%3E%5C";
		assertThat(member("/requests/path/" + encoded, "value")).isEqualTo("|{}[]^`\"<>\\");
		get("/requests/query?a=" + encoded + "&" + encoded + "=b").expectBody(MultiValue.TYPE)
			.isEqualTo(MultiValue.of("a", "|{}[]^`\"<>\\", "|{}[]^`\"<>\\", "b"));
	}

	@Test
	default void encodedSlashStaysInItsSegment() {
		assertThat(member("/requests/path/a%2Fb", "value")).isEqualTo("a/b");
	}

	@Test
	default void pathVariableMayBeUnicode() {
		assertThat(member("/requests/path/Gr%C3%BC%C3%9Fe%20%E4%B8%96%E7%95%8C", "value")).isEqualTo("Grüße 世界");
	}

	@Test
	default void plusInPathIsNoSpace() {
		assertThat(member("/requests/path/a+b", "value")).isEqualTo("a+b");
	}

	@Test
	default void queryKeepsRepeatedEmptyAndEncodedParameters() {
		get("/requests/query?a=1&a=2&b=&c&d=x%26y%3Dz+%C3%BC").expectBody(MultiValue.TYPE)
			.isEqualTo(MultiValue.of("a", "1", "a", "2", "b", "", "c", null, "d", "x&y=z ü"));
	}

	@Test
	default void missingQueryIsEmpty() {
		get("/requests/query").expectBody().json("{}");
	}

	@Test
	default void headersKeepRepeatedValues() {
		client().get()
			.uri("/requests/headers")
			.header("X-Test-One", "1")
			.header("x-test-many", "a", "b, c")
			.exchange()
			.expectBody(MultiValue.TYPE)
			.isEqualTo(MultiValue.of("x-test-one", "1", "x-test-many", "a", "x-test-many", "b, c"));
	}

	@Test
	default void headerMayHaveCharactersBeyondAscii() {
		client().get()
			.uri("/requests/headers")
			.header("X-Test-Latin", "Grüße")
			.exchange()
			.expectBody(MultiValue.TYPE)
			.isEqualTo(MultiValue.of("x-test-latin", received("Grüße")));
	}

	@Test
	default void headerInUtf8ArrivesByteByByte() {
		client().get()
			.uri("/requests/headers")
			.header("X-Test-Utf8", TestContent.UTF_8_VALUE)
			.exchange()
			.expectBody(MultiValue.TYPE)
			.isEqualTo(MultiValue.of("x-test-utf8", TestContent.UTF_8_VALUE));
	}

	@Test
	default void cookiesArrive() {
		client().get()
			.uri("/requests/cookies")
			.cookie("first", "1")
			.cookie("second", "two=2")
			.exchange()
			.expectBody()
			.json("{\"first\":\"1\",\"second\":\"two=2\"}");
	}

	@Test
	default void jsonIsReadAndWritten() {
		for (String path : List.of("/requests/json", "/requests/json-mono")) {
			client().post()
				.uri(path)
				.bodyValue(new Item("Grüße", 1))
				.exchange()
				.expectStatus()
				.isOk()
				.expectHeader()
				.contentType(MediaType.APPLICATION_JSON)
				.expectBody(Item.class)
				.isEqualTo(new Item("Grüße!", 2));
		}
	}

	@Test
	default void formIsRead() {
		MultiValueMap<String, String> form = new LinkedMultiValueMap<>();
		form.add("a", "1");
		form.add("a", "x&y=z ü");
		client().post()
			.uri("/requests/form")
			.body(BodyInserters.fromFormData(form))
			.exchange()
			.expectBody(MultiValue.TYPE)
			.isEqualTo(form);
	}

	@Test
	default void multipartIsReadPartByPart() {
		MultipartBodyBuilder parts = new MultipartBodyBuilder();
		parts.part("field", "ü");
		parts.part("file", new ByteArrayResource("content ü".getBytes(StandardCharsets.UTF_8)), MediaType.TEXT_PLAIN)
			.filename("file.txt");
		client().post()
			.uri("/requests/multipart")
			.body(BodyInserters.fromMultipartData(parts.build()))
			.exchange()
			.expectBody(new ParameterizedTypeReference<Map<String, String>>() {
			})
			.isEqualTo(Map.of("field", "ü", "file", "file.txt", "type", "text/plain", "content", "content ü"));
	}

	@Test
	default void bytesPassUntouched() {
		byte[] bytes = new byte[300];
		for (int i = 0; i < bytes.length; i++) {
			bytes[i] = (byte) i;
		}
		client().post()
			.uri("/requests/raw")
			.contentType(MediaType.APPLICATION_OCTET_STREAM)
			.bodyValue(bytes)
			.exchange()
			.expectHeader()
			.valueEquals("X-Length", "300")
			.expectBody(byte[].class)
			.isEqualTo(bytes);
	}

	@Test
	default void encodedContentPassesUntouched() {
		byte[] gzip = ResponseEndpoints.gzip("compressed by the client");
		client().post()
			.uri("/requests/raw")
			.contentType(MediaType.TEXT_PLAIN)
			.header(HttpHeaders.CONTENT_ENCODING, "gzip")
			.bodyValue(gzip)
			.exchange()
			.expectHeader()
			.valueEquals("X-Encoding", "gzip")
			.expectBody(byte[].class)
			.isEqualTo(gzip);
	}

	@Test
	default void emptyBodyIsEmpty() {
		client().post().uri("/requests/raw").exchange().expectStatus().isOk().expectBody().isEmpty();
	}

	@Test
	default void everyMethodArrives() {
		for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE")) {
			client().method(HttpMethod.valueOf(method))
				.uri("/requests/any-method")
				.exchange()
				.expectBody()
				.jsonPath("$.method")
				.isEqualTo(method);
		}
	}

	default Object member(String path, String name) {
		Map<String, Object> body = get(path).expectStatus()
			.isOk()
			.expectBody(new ParameterizedTypeReference<Map<String, Object>>() {
			})
			.returnResult()
			.getResponseBody();
		assertThat(body).isNotNull();
		return body.get(name);
	}

}
