package io.natsproxy.it.gateway;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import reactor.core.publisher.Mono;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;

/**
 * The routes of a service of this project.
 */
@NatsController
class ServiceRoutes {

	private final AtomicInteger count = new AtomicInteger();

	/**
	 * Returns how many requests were handled.
	 */
	int count() {
		return this.count.get();
	}

	@NatsGet("/service/hello")
	String hello() {
		return "hello";
	}

	@NatsGet("/service/secret")
	String secret() {
		return "secret";
	}

	@NatsPost("/service/count")
	int increment() {
		return this.count.incrementAndGet();
	}

	@NatsGet("/service/bytes/{count}")
	byte[] bytes(@PathVariable int count) {
		return new byte[count];
	}

	@NatsGet("/service/work/{id}")
	Mono<String> work(@PathVariable String id) {
		this.count.incrementAndGet();
		return Mono.delay(Duration.ofMillis(5)).thenReturn(id);
	}

	@NatsPost("/service/body")
	Map<String, Object> body(@RequestBody(required = false) byte[] body, ServerHttpRequest request) {
		return Map.of("length", (body != null) ? body.length : 0, "uri", request.getURI().toString(), "remote",
				String.valueOf(request.getRemoteAddress()));
	}

}
