package io.natsproxy.benchmarks.webflux;

import io.natsproxy.benchmarks.handlers.BenchmarkHandlers;
import io.natsproxy.benchmarks.handlers.Greeting;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Routes HTTP requests to the handlers.
 */
@RestController
class BenchmarkController {

	private final BenchmarkHandlers handlers = new BenchmarkHandlers();

	@GetMapping("/tiny")
	Mono<Greeting> tiny() {
		return this.handlers.tiny();
	}

	@PostMapping("/echo")
	Mono<byte[]> echo(@RequestBody Mono<byte[]> body) {
		return this.handlers.echo(body);
	}

	@GetMapping("/download")
	ResponseEntity<Flux<DataBuffer>> download(@RequestParam long size) {
		return this.handlers.download(size);
	}

	@PostMapping("/upload")
	Mono<String> upload(@RequestBody Flux<DataBuffer> body) {
		return this.handlers.upload(body);
	}

}
