package io.natsproxy.it.stream;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.natsproxy.it.contract.TestContent;
import io.natsproxy.it.contract.TestContent.Summary;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * Streams that a test watches by their names.
 */
@NatsController
class StreamRoutes {

	private final Map<String, Probe> probes = new ConcurrentHashMap<>();

	Probe probe(String name) {
		return this.probes.computeIfAbsent(name, (key) -> new Probe());
	}

	@NatsGet("/stream/{name}/download")
	ResponseEntity<Flux<DataBuffer>> download(@PathVariable String name, @RequestParam long size,
			@RequestParam(defaultValue = "-1") long announced) {
		return ResponseEntity.ok()
			.contentType(MediaType.APPLICATION_OCTET_STREAM)
			.contentLength((announced >= 0) ? announced : size)
			.body(probe(name).count(TestContent.buffers(size)));
	}

	@NatsGet(path = "/stream/{name}/endless", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
	Flux<DataBuffer> endless(@PathVariable String name) {
		return probe(name).count(TestContent.buffers(Long.MAX_VALUE));
	}

	/**
	 * So many events at once, and one more every now and then.
	 */
	@NatsGet(path = "/stream/{name}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<String> events(@PathVariable String name, @RequestParam(defaultValue = "1") int count) {
		return probe(name).watch(Flux.range(0, count).map((i) -> "event " + i).concatWith(Flux.never()));
	}

	@NatsGet(path = "/stream/{name}/ticks", produces = MediaType.APPLICATION_NDJSON_VALUE)
	Flux<Long> ticks(@PathVariable String name, @RequestParam int count) {
		return probe(name).watch(Flux.interval(Duration.ofMillis(1)).onBackpressureBuffer().take(count));
	}

	@NatsGet("/stream/{name}/never")
	Mono<String> never(@PathVariable String name) {
		return probe(name).watch(Flux.<String>never()).next();
	}

	/**
	 * Tells how a stream has ended, if it has.
	 */
	@NatsGet("/stream/{name}/end")
	Mono<String> end(@PathVariable String name) {
		SignalType end = probe(name).end();
		return Mono.just((end != null) ? end.name() : "none");
	}

	/**
	 * Lets a stream go on.
	 */
	@NatsGet("/stream/{name}/open")
	Mono<String> open(@PathVariable String name) {
		probe(name).open();
		return Mono.just("open");
	}

	/**
	 * Answers when it is let.
	 */
	@NatsGet("/stream/{name}/gated")
	Mono<String> gated(@PathVariable String name) {
		return probe(name).gate().thenReturn("let");
	}

	@NatsPost("/stream/{name}/upload")
	Mono<Summary> upload(@PathVariable String name, @RequestBody Flux<DataBuffer> body) {
		return TestContent.summary(probe(name).count(body));
	}

	/**
	 * Collects the body in memory.
	 */
	@NatsPost("/stream/{name}/collect")
	Mono<Integer> collect(@PathVariable String name, @RequestBody Mono<byte[]> body) {
		return body.map((bytes) -> bytes.length);
	}

	/**
	 * Takes one piece, and the others when it is let.
	 */
	@NatsPost("/stream/{name}/held-upload")
	Mono<Summary> heldUpload(@PathVariable String name, @RequestBody Flux<DataBuffer> body) {
		Probe probe = probe(name);
		return TestContent.summary(probe.count(body).concatMap((buffer) -> probe.gate().then(Mono.just(buffer)), 1));
	}

	@NatsPost(path = "/stream/{name}/echo", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
	Flux<DataBuffer> echo(@PathVariable String name, @RequestBody Flux<DataBuffer> body) {
		return probe(name).count(body);
	}

}
