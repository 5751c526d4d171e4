package io.natsproxy.it.contract;

import java.time.Duration;
import java.util.Map;

import io.natsproxy.it.contract.TestContent.Summary;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.server.ResponseStatusException;

/**
 * Handler methods that read or return buffers as they come.
 */
abstract class ReactiveStreamEndpoints extends StreamEndpoints {

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

	/**
	 * Sends back what it receives, while it is still receiving.
	 */
	@PostMapping(path = "/echo", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
	Flux<DataBuffer> echo(@RequestBody Flux<DataBuffer> body) {
		return body;
	}

	@PostMapping("/too-large")
	Mono<String> tooLarge(@RequestBody Flux<DataBuffer> body) {
		return Mono.error(new ResponseStatusException(HttpStatus.CONTENT_TOO_LARGE));
	}

}
