package io.natsproxy.samples.hello;

import java.time.Duration;

import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * Answers requests that come over NATS.
 */
@NatsController
class HelloController {

	@NatsGet("/test/{event}/{session}")
	Greeting test(@PathVariable String event, @PathVariable String session) {
		return new Greeting("Radek", event, session);
	}

	@NatsPost("/echo")
	ResponseEntity<byte[]> echo(@RequestBody(required = false) byte @Nullable [] body,
			@RequestHeader(name = "Content-Type", required = false) @Nullable MediaType contentType) {
		return ResponseEntity.ok()
			.contentType((contentType != null) ? contentType : MediaType.APPLICATION_OCTET_STREAM)
			.body((body != null) ? body : new byte[0]);
	}

	/**
	 * Takes its time: longer than the gateway waits, if it is asked to.
	 */
	@NatsGet("/slow")
	Mono<String> slow(@RequestParam(defaultValue = "1000") long ms) {
		return Mono.delay(Duration.ofMillis(ms)).thenReturn("Waited " + ms + " ms\n");
	}

	@NatsGet("/fail")
	String fail() {
		throw new IllegalStateException("Nobody outside of the service learns of this");
	}

	record Greeting(String user, String event, String session) {
	}

}
