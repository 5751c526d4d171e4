package io.natsproxy.it.gateway;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.natsproxy.test.TestBroker;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import io.natsproxy.webflux.server.NatsServer;
import reactor.core.publisher.Mono;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;

/**
 * A service of this project, without an HTTP server.
 */
final class Service implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private Service(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Starts an instance.
	 * @param broker where it connects to
	 * @param name name and queue group
	 * @param properties {@code name=value}
	 */
	static Service start(TestBroker broker, String name, String... properties) {
		return new Service(new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.application.name=" + name, "spring.main.banner-mode=off",
					"natsproxy.nats.servers=" + broker.url(), "natsproxy.nats.startup-wait=5s",
					"natsproxy.nats.reconnect-wait=100ms")
			.run(Stream.of(properties).map((property) -> "--" + property).toArray(String[]::new)));
	}

	/**
	 * How many requests were handled.
	 */
	int count() {
		return this.context.getBean(Routes.class).count.get();
	}

	int inFlight() {
		return this.context.getBean(NatsServer.class).getInFlight();
	}

	@Override
	public void close() {
		this.context.close();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@Import({ Routes.class, OwnEventLoops.class })
	static class Application {

	}

	@NatsController
	static class Routes {

		private final AtomicInteger count = new AtomicInteger();

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

}
