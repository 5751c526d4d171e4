package io.natsproxy.it.contract;

import java.time.Duration;
import java.util.Map;

import io.natsproxy.it.contract.TestContent.Summary;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.server.ResponseStatusException;

/**
 * Handler methods whose bodies are long, or not known in advance.
 */
@RequestMapping("/streams")
abstract class StreamEndpoints {

	static final int MEGABYTE = 1024 * 1024;

	static final int ITEMS = 20_000;

	static final int EVENTS = 50;

	@GetMapping("/known")
	ResponseEntity<Flux<DataBuffer>> known() {
		return ResponseEntity.ok()
			.contentType(MediaType.APPLICATION_OCTET_STREAM)
			.contentLength(3 * MEGABYTE)
			.body(TestContent.buffers(3 * MEGABYTE));
	}

	@GetMapping(path = "/unknown", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
	Flux<DataBuffer> unknown() {
		return TestContent.buffers(3 * MEGABYTE);
	}

	@GetMapping(path = "/endless", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
	Flux<DataBuffer> endless() {
		return TestContent.buffers(Long.MAX_VALUE);
	}

	@GetMapping(path = "/small", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
	Flux<DataBuffer> small() {
		return TestContent.buffers(100_000).delayElements(Duration.ofMillis(1));
	}

	@GetMapping(path = "/resource", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
	Resource resource() {
		return new ByteArrayResource(TestContent.bytes(5 * MEGABYTE));
	}

	@GetMapping(path = "/items", produces = MediaType.APPLICATION_NDJSON_VALUE)
	Flux<Item> items() {
		return Flux.range(0, ITEMS).map((i) -> new Item("item " + i, i));
	}

	@GetMapping("/events")
	Flux<ServerSentEvent<String>> events() {
		return Flux.range(0, EVENTS)
			.map((i) -> ServerSentEvent.builder("line one\nline two " + i)
				.id(Integer.toString(i))
				.event("test")
				.build());
	}

	@GetMapping(path = "/open-events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<String> openEvents() {
		return Flux.just("first").concatWith(Flux.never());
	}

	@GetMapping(path = "/open-items", produces = MediaType.APPLICATION_NDJSON_VALUE)
	Flux<Item> openItems() {
		return Flux.just(new Item("first", 1)).concatWith(Flux.never());
	}

	@GetMapping(path = "/failing", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
	Flux<DataBuffer> failing() {
		return TestContent.buffers(2 * MEGABYTE).concatWith(Mono.error(new IllegalStateException("midway")));
	}

	@PostMapping("/upload")
	Mono<Summary> upload(@RequestBody Flux<DataBuffer> body) {
		return TestContent.summary(body);
	}

	@PostMapping("/file")
	Mono<Map<String, Object>> file(@RequestPart FilePart file) {
		return TestContent.summary(file.content())
			.map((summary) -> Map.of("name", file.filename(), "length", summary.length(), "sha256", summary.sha256()));
	}

	@PostMapping("/bytes")
	int bytes(@RequestBody byte[] body) {
		return body.length;
	}

	/**
	 * Sends back what it receives, while it is still receiving.
	 */
	@PostMapping(path = "/echo", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
	Flux<DataBuffer> echo(@RequestBody Flux<DataBuffer> body) {
		return body;
	}

	@PostMapping("/unauthorized")
	Mono<String> unauthorized() {
		return Mono.error(new ResponseStatusException(HttpStatus.UNAUTHORIZED));
	}

	@PostMapping("/too-large")
	Mono<String> tooLarge(@RequestBody Flux<DataBuffer> body) {
		return Mono.error(new ResponseStatusException(HttpStatus.CONTENT_TOO_LARGE));
	}

}
