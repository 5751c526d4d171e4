package io.natsproxy.it.contract;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.server.ResponseStatusException;

/**
 * Handler methods whose bodies are long, or not known in advance, in WebFlux and in
 * Spring MVC.
 */
@RequestMapping("/streams")
abstract class StreamEndpoints {

	static final int MEGABYTE = 1024 * 1024;

	static final int ITEMS = 10_000;

	static final int EVENTS = 50;

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

	@PostMapping("/bytes")
	int bytes(@RequestBody byte[] body) {
		return body.length;
	}

	@PostMapping("/unauthorized")
	Mono<String> unauthorized() {
		return Mono.error(new ResponseStatusException(HttpStatus.UNAUTHORIZED));
	}

}
