package io.natsproxy.openapi;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import io.natsproxy.client.openapi.MethodDocuments;
import io.natsproxy.client.openapi.ServiceDocuments;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsDelete;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import io.natsproxy.webflux.annotation.NatsPut;
import io.natsproxy.webflux.annotation.NatsRoutes;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeType;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;
import io.swagger.v3.oas.annotations.security.SecurityScheme;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springdoc.core.annotations.RouterOperation;
import org.springdoc.core.customizers.OpenApiCustomizer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ApplicationContextEvent;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * The applications of the tests.
 */
final class Applications {

	private Applications() {
	}

	static ConfigurableApplicationContext run(WebApplicationType type, String url, String name, Class<?> application,
			String... properties) {
		return new SpringApplicationBuilder(Base.class, application).web(type)
			.properties("spring.main.banner-mode=off", "natsproxy.nats.servers=" + url,
					"spring.application.name=" + name, "server.port=0", "natsproxy.embedded.enabled=false",
					"natsproxy.nats.startup-wait=10s")
			.properties(properties)
			.run();
	}

	static ConfigurableApplicationContext service(String url, String name, Class<?> application, String... properties) {
		return run(WebApplicationType.NONE, url, name, application, properties);
	}

	static ConfigurableApplicationContext gateway(String url, String... properties) {
		return new SpringApplicationBuilder(Base.class).web(WebApplicationType.REACTIVE)
			.properties("spring.main.banner-mode=off", "natsproxy.nats.servers=" + url, "spring.application.name=bus",
					"server.port=0", "natsproxy.service.enabled=false", "springdoc.api-docs.enabled=false",
					"natsproxy.gateway.openapi.enabled=true", "natsproxy.nats.startup-wait=10s")
			.properties(properties)
			.run();
	}

	static int port(ConfigurableApplicationContext gateway) {
		return gateway.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Base {

		/**
		 * Threads of the application's own: the first that stops would end those of all.
		 */
		@Bean
		ReactorResourceFactory reactorResourceFactory() {
			ReactorResourceFactory factory = new ReactorResourceFactory();
			factory.setUseGlobalResources(false);
			return factory;
		}

	}

	record Line(@Schema(description = "An article", example = "A1") String article, int count) {

	}

	record Order(long id, List<Line> lines, State state) {

		enum State {

			NEW, SENT

		}

	}

	/**
	 * Described with annotations of OpenAPI.
	 */
	@Configuration(proxyBeanMethods = false)
	@OpenAPIDefinition(info = @Info(title = "Orders <b>of all</b>", version = "2"))
	@SecurityScheme(name = "basic", type = SecuritySchemeType.HTTP, scheme = "basic")
	@NatsController
	@Tag(name = "orders", description = "All about orders")
	static class Orders {

		@NatsGet("/orders/{id}")
		@Operation(summary = "Finds an order", operationId = "find", security = @SecurityRequirement(name = "basic"))
		Mono<Order> find(@PathVariable long id, @RequestParam(defaultValue = "1") int depth) {
			return Mono.just(new Order(id, List.of(new Line("A1", depth)), Order.State.NEW));
		}

		@NatsPost("/orders")
		@ResponseStatus(HttpStatus.CREATED)
		Mono<Order> add(@RequestBody Mono<Order> order) {
			return order;
		}

		@NatsGet("/orders/hidden")
		@Hidden
		String hidden() {
			return "hidden";
		}

		@NatsGet(path = "/orders/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
		Flux<ServerSentEvent<Line>> events(@PathVariable long id) {
			return Flux.just(ServerSentEvent.builder(new Line("A" + id, 1)).build());
		}

		@Bean
		@NatsRoutes
		@RouterOperation(operation = @Operation(operationId = "count", summary = "Counts orders"))
		static RouterFunction<ServerResponse> functions() {
			return RouterFunctions.route().GET("/orders/count", (request) -> ServerResponse.ok().bodyValue(7)).build();
		}

		/**
		 * Counts the contexts that the application sees come and go.
		 */
		@Bean
		static AtomicInteger contexts() {
			return new AtomicInteger();
		}

		@Bean
		static ApplicationListener<ApplicationContextEvent> listener(AtomicInteger contexts) {
			return (event) -> contexts.incrementAndGet();
		}

		@Bean
		static OpenApiCustomizer customizer() {
			return (document) -> document.getInfo().setDescription("Customized");
		}

	}

	/**
	 * Described by its signatures, though springdoc is there.
	 */
	@Configuration(proxyBeanMethods = false)
	@NatsController
	static class Stock {

		@Bean
		static ServiceDocuments documents(ApplicationContext context) {
			return new MethodDocuments(context);
		}

		@NatsGet("/stock/{article:[A-Za-z0-9]+}")
		Mono<Line> find(@PathVariable String article, @RequestHeader(name = "X-Shelf", required = false) String shelf) {
			return Mono.just(new Line(article, new UUID(0, 7)));
		}

		@NatsPut("/stock/{article}")
		Mono<Line> put(@PathVariable String article, @RequestBody Line line) {
			return Mono.just(line);
		}

		@NatsDelete("/stock/{name}/all")
		Mono<Void> delete(@PathVariable String name) {
			return Mono.empty();
		}

		@NatsGet(path = "/stock", produces = MediaType.APPLICATION_JSON_VALUE)
		Flux<Line> all() {
			return Flux.just(new Line("A1", new UUID(0, 7)));
		}

		/**
		 * Another one than that of orders.
		 *
		 * @param article the article
		 * @param shelf where it lies
		 */
		record Line(String article, UUID shelf) {

		}

	}

	/**
	 * An application of HTTP with a document of its own, part of which is exposed.
	 */
	@Configuration(proxyBeanMethods = false)
	@RestController
	static class Exposed {

		@GetMapping("/customers/{id}")
		Customer customer(@PathVariable long id) {
			return new Customer("Customer " + id);
		}

		@GetMapping("/secrets/{id}")
		Secret secret(@PathVariable long id) {
			return new Secret("Secret " + id);
		}

		record Customer(String name) {

		}

		record Secret(String word) {

		}

	}

}
