package io.natsproxy.it.contract;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.CrossOrigin;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;

/**
 * Handler methods that return what handler methods may return, in WebFlux and in Spring
 * MVC.
 */
@RequestMapping("/responses")
abstract class ResponseEndpoints {

	static final String TEXT = "Grüße, 世界";

	@GetMapping("/mono")
	Mono<Item> mono() {
		return Mono.just(new Item("mono", 1));
	}

	@GetMapping("/delayed")
	Mono<Item> delayed() {
		return Mono.delay(Duration.ofMillis(20)).thenReturn(new Item("delayed", 1));
	}

	@GetMapping("/empty-mono")
	Mono<Item> emptyMono() {
		return Mono.empty();
	}

	@GetMapping("/flux")
	Flux<Item> flux() {
		return Flux.range(1, 3).map((i) -> new Item("item", i));
	}

	@GetMapping("/empty-flux")
	Flux<Item> emptyFlux() {
		return Flux.empty();
	}

	@GetMapping("/future")
	CompletableFuture<Item> future() {
		return CompletableFuture.completedFuture(new Item("future", 1));
	}

	@GetMapping("/nothing")
	void nothing() {
	}

	@GetMapping("/text")
	String text() {
		return TEXT;
	}

	@GetMapping("/bytes")
	byte[] bytes() {
		return new byte[] { 0, 1, -1, -128, 13, 10 };
	}

	@GetMapping(path = "/resource", produces = MediaType.TEXT_PLAIN_VALUE)
	Resource resource() {
		return new ByteArrayResource("0123456789".getBytes(StandardCharsets.UTF_8));
	}

	@PostMapping("/created")
	@ResponseStatus(HttpStatus.CREATED)
	Item created() {
		return new Item("created", 1);
	}

	@DeleteMapping("/deleted")
	ResponseEntity<Void> deleted() {
		return ResponseEntity.noContent().build();
	}

	@GetMapping("/entity")
	ResponseEntity<Item> entity() {
		return ResponseEntity.status(299)
			.header("X-One", "1")
			.header("X-Many", "a", "b, c")
			.header("X-Latin", "Grüße")
			.header("X-Utf8", TestContent.UTF_8_VALUE)
			.header(HttpHeaders.LOCATION, "/responses/entity/7")
			.header(HttpHeaders.CACHE_CONTROL, "no-store")
			.body(new Item("entity", 1));
	}

	@GetMapping("/tagged")
	ResponseEntity<String> tagged() {
		return ResponseEntity.ok().eTag("\"v1\"").body("tagged");
	}

	@GetMapping("/compressed")
	ResponseEntity<byte[]> compressed() {
		return ResponseEntity.ok()
			.contentType(MediaType.TEXT_PLAIN)
			.header(HttpHeaders.CONTENT_ENCODING, "gzip")
			.body(gzip("compressed by the handler"));
	}

	static byte[] gzip(String text) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
			gzip.write(text.getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return bytes.toByteArray();
	}

	@GetMapping(path = "/produced", produces = MediaType.APPLICATION_JSON_VALUE)
	Item producedJson() {
		return new Item("json", 1);
	}

	@GetMapping(path = "/produced", produces = MediaType.TEXT_PLAIN_VALUE)
	String producedText() {
		return "text";
	}

	@PostMapping(path = "/consumed", consumes = MediaType.APPLICATION_JSON_VALUE)
	String consumedJson() {
		return "json";
	}

	@PostMapping(path = "/consumed", consumes = MediaType.TEXT_PLAIN_VALUE)
	String consumedText() {
		return "text";
	}

	@GetMapping(path = "/conditions", params = "mode=fast")
	String fast() {
		return "fast";
	}

	@GetMapping(path = "/conditions", headers = "X-Mode=slow")
	String slow() {
		return "slow";
	}

	@GetMapping(path = "/parameter", params = "mode=fast")
	String parameter() {
		return "fast";
	}

	@GetMapping("/methods/{id:\\d+}")
	String byNumber(@PathVariable int id) {
		return "number " + id;
	}

	@PostMapping("/methods/{name}")
	String byName(@PathVariable String name) {
		return "name " + name;
	}

	@GetMapping("/digits/{id:\\d+}")
	String digits(@PathVariable int id) {
		return "digits " + id;
	}

	@CrossOrigin(origins = "https://example.com", allowedHeaders = "X-Token", maxAge = 60)
	@GetMapping("/shared")
	String shared() {
		return "shared";
	}

}
