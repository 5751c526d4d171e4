package io.natsproxy.client.autoconfigure;

import java.util.EnumMap;
import java.util.Map;

import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import io.natsproxy.webflux.annotation.NatsRoutes;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A service that has an HTTP server besides, of WebFlux or of Spring MVC: what is served
 * over NATS is not served over HTTP, nor the other way round.
 */
class HttpServerTests {

	private static final Map<WebApplicationType, ConfigurableApplicationContext> contexts = new EnumMap<>(
			WebApplicationType.class);

	@AfterAll
	static void close() {
		contexts.values().forEach(ConfigurableApplicationContext::close);
		contexts.clear();
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "REACTIVE", "SERVLET" })
	void routesAreServedWhereTheyAreDeclared(WebApplicationType type) {
		ConfigurableApplicationContext context = contexts.computeIfAbsent(type, HttpServerTests::run);
		WebTestClient http = WebTestClient.bindToServer().baseUrl(baseUrl(context)).build();
		WebTestClient nats = Services.client(context);
		http.get().uri("/http").exchange().expectStatus().isOk().expectBody(String.class).isEqualTo("http");
		nats.get().uri("/nats").exchange().expectStatus().isOk().expectBody(String.class).isEqualTo("nats");
		nats.get().uri("/function").exchange().expectBody(String.class).isEqualTo("function");
		http.get().uri("/nats").exchange().expectStatus().isNotFound().expectBody().jsonPath("$.status").isEqualTo(404);
		http.get()
			.uri("/function")
			.exchange()
			.expectStatus()
			.isNotFound()
			.expectBody()
			.jsonPath("$.status")
			.isEqualTo(404);
		assertThatExceptionOfType(WebClientRequestException.class).isThrownBy(() -> nats.get().uri("/http").exchange())
			.withMessageContaining("No service answers this path");
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "REACTIVE", "SERVLET" })
	void bodiesAreValidated(WebApplicationType type) {
		ConfigurableApplicationContext context = contexts.computeIfAbsent(type, HttpServerTests::run);
		WebTestClient nats = Services.client(context);
		nats.post()
			.uri("/names")
			.bodyValue(new Name("somebody"))
			.exchange()
			.expectBody(Name.class)
			.isEqualTo(new Name("somebody"));
		nats.post()
			.uri("/names")
			.bodyValue(new Name(" "))
			.exchange()
			.expectStatus()
			.isBadRequest()
			.expectBody()
			.jsonPath("$.status")
			.isEqualTo(400);
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "REACTIVE", "SERVLET" })
	void webClientWithoutQualifierCallsOverHttp(WebApplicationType type) {
		ConfigurableApplicationContext context = contexts.computeIfAbsent(type, HttpServerTests::run);
		Clients clients = context.getBean(Clients.class);
		assertThat(clients.http.baseUrl(baseUrl(context))
			.build()
			.get()
			.uri("/http")
			.retrieve()
			.bodyToMono(String.class)
			.block()).isEqualTo("http");
		assertThat(clients.nats.build().get().uri("/nats").retrieve().bodyToMono(String.class).block())
			.isEqualTo("nats");
	}

	private static String baseUrl(ConfigurableApplicationContext context) {
		return "http://localhost:" + context.getEnvironment().getRequiredProperty("local.server.port");
	}

	private static ConfigurableApplicationContext run(WebApplicationType type) {
		return new SpringApplicationBuilder(Application.class).web(type)
			.properties("spring.application.name=both", "server.port=0", "natsproxy.nats.servers=" + Services.url())
			.run();
	}

	record Name(@NotBlank String name) {
	}

	/**
	 * The clients that are injected.
	 */
	record Clients(WebClient.Builder http, WebClient.Builder nats) {
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ HttpRoutes.class, NatsHandlers.class })
	static class Application {

		@NatsRoutes
		RouterFunction<ServerResponse> functions() {
			return RouterFunctions.route()
				.GET("/function", (request) -> ServerResponse.ok().bodyValue("function"))
				.build();
		}

		@Bean
		Clients clients(WebClient.Builder http, @Qualifier("nats") WebClient.Builder nats) {
			return new Clients(http, nats);
		}

	}

	@RestController
	static class HttpRoutes {

		@GetMapping("/http")
		String http() {
			return "http";
		}

	}

	@NatsController
	static class NatsHandlers {

		@NatsGet("/nats")
		String nats() {
			return "nats";
		}

		@NatsPost("/names")
		Name name(@Valid @RequestBody Name name) {
			return name;
		}

	}

}
