package io.natsproxy.it.contract;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The contract over HTTP and a gateway that speaks the Go project's format, without its
 * part on streams: what does not fit one message is an error, and what is flushed comes
 * as a whole.
 */
@ExtendWith(ContractEnvironment.Resolver.class)
class GoFormatContractIntegrationTests
		implements RequestContract, ResponseContract, RoutingContract, FailureContract, FormContract, HeadContract {

	private final WebTestClient client;

	GoFormatContractIntegrationTests(ContractEnvironment environment) {
		this.client = environment.goFormat();
	}

	@Override
	public WebTestClient client() {
		return this.client;
	}

	/**
	 * The format carries texts, in UTF-8.
	 */
	@Override
	public String received(String value) {
		return new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
	}

	@Test
	void pathThatNobodyAnswersIsUnavailable() {
		expectError(get("/nobody").expectHeader().exists(HttpHeaders.RETRY_AFTER), 503);
	}

	@Test
	void methodThatNobodyAnswersIsNotAllowed() {
		expectError(this.client.delete().uri("/responses/methods/42").exchange(), 405);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/streams/known", "/streams/unknown", "/streams/resource" })
	void longResponseIsABadGateway(String path) {
		expectError(get(path), 502);
	}

	@Test
	void longRequestIsTooLarge() {
		expectError(this.client.post()
			.uri("/streams/upload")
			.contentType(MediaType.APPLICATION_OCTET_STREAM)
			.body(TestContent.buffers(3 * StreamEndpoints.MEGABYTE), DataBuffer.class)
			.exchange(), 413);
	}

	@Test
	void flushedResponseComesAsAWhole() {
		get("/streams/items").expectHeader()
			.exists(HttpHeaders.CONTENT_LENGTH)
			.expectBodyList(Item.class)
			.hasSize(StreamEndpoints.ITEMS);
	}

}
