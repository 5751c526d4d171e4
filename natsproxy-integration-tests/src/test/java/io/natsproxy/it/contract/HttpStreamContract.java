package io.natsproxy.it.contract;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.natsproxy.it.contract.TestContent.Summary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.BodyInserters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Bodies that do not fit one message, or are not known in advance, of any server.
 */
interface HttpStreamContract extends Contract {

	int MEGABYTE = StreamEndpoints.MEGABYTE;

	Duration PATIENCE = Duration.ofSeconds(30);

	@Test
	default void longResponseOfKnownLengthHasItsLength() {
		WebTestClient.ResponseSpec response = get("/streams/known").expectStatus()
			.isOk()
			.expectHeader()
			.contentLength(3 * MEGABYTE);
		assertThat(summary(response)).isEqualTo(TestContent.summary(3 * MEGABYTE));
	}

	@Test
	default void longResponseOfUnknownLengthHasNone() {
		WebTestClient.ResponseSpec response = get("/streams/unknown").expectStatus()
			.isOk()
			.expectHeader()
			.doesNotExist(HttpHeaders.CONTENT_LENGTH);
		assertThat(summary(response)).isEqualTo(TestContent.summary(3 * MEGABYTE));
	}

	@Test
	default void shortResponseOfUnknownLengthIsWhole() {
		assertThat(summary(get("/streams/small"))).isEqualTo(TestContent.summary(100_000));
	}

	@Test
	default void longResourceIsWhole() {
		WebTestClient.ResponseSpec response = get("/streams/resource").expectStatus()
			.isOk()
			.expectHeader()
			.contentLength(5 * MEGABYTE);
		assertThat(summary(response)).isEqualTo(TestContent.summary(5 * MEGABYTE));
	}

	@Test
	default void longRangeOfALongResourceIsPartialContent() {
		WebTestClient.ResponseSpec response = client().get()
			.uri("/streams/resource")
			.header(HttpHeaders.RANGE, "bytes=0-" + (2 * MEGABYTE - 1))
			.exchange()
			.expectStatus()
			.isEqualTo(HttpStatus.PARTIAL_CONTENT)
			.expectHeader()
			.contentLength(2 * MEGABYTE)
			.expectHeader()
			.valueEquals(HttpHeaders.CONTENT_RANGE, "bytes 0-" + (2 * MEGABYTE - 1) + "/" + 5 * MEGABYTE);
		assertThat(summary(response)).isEqualTo(TestContent.summary(2 * MEGABYTE));
	}

	@Test
	default void headOfALongResponseHasItsLengthAndNoBody() {
		client().head()
			.uri("/streams/known")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.contentLength(3 * MEGABYTE)
			.expectBody()
			.isEmpty();
	}

	@Test
	default void itemsBecomeLines() {
		List<Item> items = get("/streams/items").expectHeader()
			.contentTypeCompatibleWith(MediaType.APPLICATION_NDJSON)
			.returnResult(Item.class)
			.getResponseBody()
			.collectList()
			.block(PATIENCE);
		assertThat(items)
			.isEqualTo(IntStream.range(0, StreamEndpoints.ITEMS).mapToObj((i) -> new Item("item " + i, i)).toList());
	}

	@Test
	default void firstItemDoesNotWaitForTheNext() {
		assertThat(get("/streams/open-items").returnResult(Item.class).getResponseBody().blockFirst(PATIENCE))
			.isEqualTo(new Item("first", 1));
	}

	@Test
	default void eventsEndWithTheirSource() {
		List<ServerSentEvent<String>> events = get("/streams/events").expectHeader()
			.contentTypeCompatibleWith(MediaType.TEXT_EVENT_STREAM)
			.returnResult(new ParameterizedTypeReference<ServerSentEvent<String>>() {
			})
			.getResponseBody()
			.collectList()
			.block(PATIENCE);
		assertThat(events).hasSize(StreamEndpoints.EVENTS)
			.last()
			.satisfies((event) -> assertThat(List.of(event.id(), event.event(), event.data())).isEqualTo(
					List.of(Integer.toString(StreamEndpoints.EVENTS - 1), "test", "line one\nline two " + event.id())));
	}

	@Test
	default void firstEventDoesNotWaitForTheNext() {
		assertThat(get("/streams/open-events").returnResult(String.class).getResponseBody().blockFirst(PATIENCE))
			.isEqualTo("first");
	}

	@Test
	default void responseThatFailsMidwayDoesNotEndCleanly() {
		assertThatException().isThrownBy(() -> summary(get("/streams/failing").expectStatus().isOk()))
			.isNotInstanceOf(AssertionError.class);
	}

	@Test
	default void longRequestOfKnownLengthIsWhole() {
		client().post()
			.uri("/streams/upload")
			.contentType(MediaType.APPLICATION_OCTET_STREAM)
			.contentLength(3 * MEGABYTE)
			.body(TestContent.buffers(3 * MEGABYTE), DataBuffer.class)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(Summary.class)
			.isEqualTo(TestContent.summary(3 * MEGABYTE));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 100_000, MEGABYTE, 3 * MEGABYTE })
	default void requestOfUnknownLengthIsWhole(int length) {
		upload("/streams/upload", length).expectStatus()
			.isOk()
			.expectBody(Summary.class)
			.isEqualTo(TestContent.summary(length));
	}

	@Test
	default void longFileIsWhole() {
		MultipartBodyBuilder parts = new MultipartBodyBuilder();
		parts.part("file", new ByteArrayResource(TestContent.bytes(3 * MEGABYTE)), MediaType.APPLICATION_OCTET_STREAM)
			.filename("long.bin");
		client().post()
			.uri("/streams/file")
			.body(BodyInserters.fromMultipartData(parts.build()))
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.name")
			.isEqualTo("long.bin")
			.jsonPath("$.length")
			.isEqualTo(3 * MEGABYTE)
			.jsonPath("$.sha256")
			.isEqualTo(TestContent.summary(3 * MEGABYTE).sha256());
	}

	@Test
	default void responseMayBeginBeforeTheRequestEnds() {
		assertThat(summary(upload("/streams/echo", 5 * MEGABYTE).expectStatus().isOk()))
			.isEqualTo(TestContent.summary(5 * MEGABYTE));
	}

	default WebTestClient.ResponseSpec upload(String path, int length) {
		Flux<DataBuffer> body = TestContent.buffers(length);
		return client().post()
			.uri(path)
			.contentType(MediaType.APPLICATION_OCTET_STREAM)
			.body(body, DataBuffer.class)
			.exchange();
	}

	private static Summary summary(WebTestClient.ResponseSpec response) {
		return TestContent.summary(response.returnResult(DataBuffer.class).getResponseBody())
			.blockOptional(PATIENCE)
			.orElseThrow();
	}

}
