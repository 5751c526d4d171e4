package io.natsproxy.client.autoconfigure;

import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsRoutes;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.test.web.reactive.server.StatusAssertions;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
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
