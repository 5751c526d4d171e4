package io.natsproxy.benchmarks.nats;

import io.natsproxy.benchmarks.handlers.BenchmarkHandlers;
import io.natsproxy.benchmarks.handlers.Greeting;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * Routes NATS requests to the handlers.
 */
@NatsController
class BenchmarkController {

	private final BenchmarkHandlers handlers = new BenchmarkHandlers();

	@NatsGet("/tiny")
	Mono<Greeting> tiny() {
		return this.handlers.tiny();
	}

	@NatsPost("/echo")
	Mono<byte[]> echo(@RequestBody Mono<byte[]> body) {
		return this.handlers.echo(body);
	}

	@NatsGet("/download")
	ResponseEntity<Flux<DataBuffer>> download(@RequestParam long size) {
		return this.handlers.download(size);
	}

	@NatsPost("/upload")
	Mono<String> upload(@RequestBody Flux<DataBuffer> body) {
		return this.handlers.upload(body);
	}

}
