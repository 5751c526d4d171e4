package io.natsproxy.it.expose;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.natsproxy.it.contract.TestContent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebSession;
import org.springframework.web.server.adapter.ForwardedHeaderTransformer;

/**
 * An application for HTTP, with nothing of ours.
 */
@Configuration(proxyBeanMethods = false)
@Import(ExistingApplication.Api.class)
class ExistingApplication {

	/**
	 * The paths of all requests that have reached the chain.
	 */
	@Bean
	Seen seen() {
		return new Seen(new CopyOnWriteArrayList<>());
	}

	@Bean
	WebFilter recording(Seen seen) {
		return (exchange, chain) -> {
			seen.requests().add(exchange.getRequest().getMethod() + " " + exchange.getRequest().getPath().value());
			return chain.filter(exchange);
		};
	}

	@Bean
	HandlerMapping sockets() {
		return new SimpleUrlHandlerMapping(Map.of("/api/echo", new Echo()), 10);
	}

	@Bean
	ForwardedHeaderTransformer forwardedHeaderTransformer() {
		return new ForwardedHeaderTransformer();
	}

	record Seen(List<String> requests) {
	}

	/**
	 * Sends back what comes, in the one sub-protocol that it knows.
	 */
	static class Echo implements WebSocketHandler {

		@Override
		public List<String> getSubProtocols() {
			return List.of("echo");
		}

		@Override
		public Mono<Void> handle(WebSocketSession session) {
			return session.send(session.receive().map((message) -> session.textMessage(message.getPayloadAsText())));
		}

	}

	@RestController
	static class Api {

		private final Sinks.One<String> answer = Sinks.one();

		private final CountDownLatch blocking = new CountDownLatch(1);

		private final CountDownLatch unblocked = new CountDownLatch(1);

		@GetMapping("/api/orders/{id}")
		Map<String, Object> order(@PathVariable String id) {
			return Map.of("id", id);
		}

		@DeleteMapping("/api/orders/{id}")
		String delete(@PathVariable String id) {
			return "deleted " + id;
		}

		@GetMapping({ "/internal/secret", "/api/internal/secret", "/api//internal/secret" })
		String secret() {
			return "secret";
		}

		@GetMapping("/api/download")
		Flux<DataBuffer> download() {
			return TestContent.buffers(AbstractExistingApplicationTests.LARGE);
		}

		@PostMapping("/api/upload")
		Mono<TestContent.Summary> upload(@RequestBody Flux<DataBuffer> body) {
			return TestContent.summary(body);
		}

		@GetMapping(path = "/api/origin", produces = MediaType.TEXT_PLAIN_VALUE)
		String origin(ServerHttpRequest request) {
			return request.getURI() + " " + request.getHeaders().containsHeader("X-Forwarded-Host");
		}

		@GetMapping("/api/visits")
		int visits(WebSession session) {
			return (int) session.getAttributes().merge("visits", 1, (a, b) -> (int) a + (int) b);
		}

		@GetMapping("/api/slow")
		Mono<String> slow() {
			return this.answer.asMono();
		}

		/**
		 * Blocks, which no handler of WebFlux should.
		 */
		@GetMapping("/api/blocking")
		String blocking() throws InterruptedException {
			this.blocking.countDown();
			this.unblocked.await(30, TimeUnit.SECONDS);
			return "unblocked";
		}

		boolean isBlocking() {
			return this.blocking.getCount() == 0;
		}

		void unblock() {
			this.unblocked.countDown();
		}

		void answer(String text) {
			this.answer.tryEmitValue(text);
		}

	}

}
