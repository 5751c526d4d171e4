package io.natsproxy.client.autoconfigure;

import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsRoutes;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.StatusAssertions;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The paths of router functions answer OPTIONS, as those of annotated methods do.
 */
class FunctionalRoutesTests {

	private final ApplicationContextRunner runner = Services.runner().withUserConfiguration(Application.class);

	@Test
	void optionsNameTheMethodsOfAPath() {
		this.runner.run((context) -> {
			WebTestClient client = Services.client(context);
			options(client, "/orders/42").isOk()
				.expectHeader()
				.valueEquals(HttpHeaders.ALLOW, "DELETE,GET,HEAD,OPTIONS");
			options(client, "/orders").isOk().expectHeader().valueEquals(HttpHeaders.ALLOW, "OPTIONS,POST");
		});
	}

	@Test
	void optionsOfAnnotatedMethodsAreTheirOwn() {
		this.runner.run((context) -> options(Services.client(context), "/orders/all").isOk()
			.expectHeader()
			.valueEquals(HttpHeaders.ALLOW, "GET,HEAD,OPTIONS"));
	}

	@Test
	void optionsOfARouteForEveryPathAreLeftToOthers() {
		this.runner.run((context) -> {
			WebTestClient client = Services.client(context);
			assertThatExceptionOfType(WebClientRequestException.class).isThrownBy(() -> options(client, "/nobody"))
				.withMessageContaining("No service answers this path");
		});
	}

	@Test
	void routesAreNestedAsSpringsReferenceDoes() {
		this.runner.run((context) -> {
			WebTestClient client = Services.client(context);
			client.get().uri("/person/42").exchange().expectStatus().isOk().expectBody(String.class).isEqualTo("42");
			client.get().uri("/person").exchange().expectStatus().isOk().expectBody(String.class).isEqualTo("all");
			client.post().uri("/person").exchange().expectStatus().isCreated();
			client.get().uri("/person/42").accept(MediaType.TEXT_XML).exchange().expectStatus().isNotFound();
			options(client, "/person/42").isOk().expectHeader().valueEquals(HttpHeaders.ALLOW, "GET,HEAD,OPTIONS,POST");
			options(client, "/person").isOk().expectHeader().valueEquals(HttpHeaders.ALLOW, "GET,HEAD,OPTIONS,POST");
		});
	}

	private static StatusAssertions options(WebTestClient client, String path) {
		return client.options().uri(path).exchange().expectStatus();
	}

	@Configuration(proxyBeanMethods = false)
	@Import(Orders.class)
	static class Application {

		@NatsRoutes
		RouterFunction<ServerResponse> routes() {
			return RouterFunctions.route()
				.GET("/orders/{id:\\d+}", (request) -> ServerResponse.ok().build())
				.DELETE("/orders/{number}", (request) -> ServerResponse.noContent().build())
				.POST("/orders", (request) -> ServerResponse.ok().build())
				.path("/person",
						(person) -> person.nest(
								RequestPredicates.accept(MediaType.APPLICATION_JSON), (
										json) -> json
											.GET("/{id}",
													(request) -> ServerResponse.ok()
														.bodyValue(request.pathVariable("id")))
											.GET("", (request) -> ServerResponse.ok().bodyValue("all")))
							.POST((request) -> ServerResponse.status(HttpStatus.CREATED).build()))
				.PATCH((request) -> false, (request) -> ServerResponse.ok().build())
				.build();
		}

	}

	@NatsController
	static class Orders {

		@NatsGet("/orders/all")
		String all() {
			return "all";
		}

	}

}
