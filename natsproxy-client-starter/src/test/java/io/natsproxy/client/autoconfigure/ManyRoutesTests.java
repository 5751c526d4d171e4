package io.natsproxy.client.autoconfigure;

import io.natsproxy.webflux.server.NatsServer;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service with ten thousand routes.
 */
class ManyRoutesTests {

	private static final int ROUTES = 10_000;

	@Test
	void serviceWithThousandsOfRoutesAnswersEachOfThem() throws IllegalAccessException {
		Services.runner().withBean(ManyRoutes.controller(ROUTES)).run((context) -> {
			assertThat(context.getBean(NatsServer.class).getRoutes()).hasSize(ROUTES);
			WebTestClient client = Services.client(context);
			for (int i = 0; i < ROUTES; i += 999) {
				client.get()
					.uri("/things{number}/x", i)
					.exchange()
					.expectBody(String.class)
					.isEqualTo(Integer.toString(i));
			}
			client.options()
				.uri("/things77/x")
				.exchange()
				.expectStatus()
				.isOk()
				.expectHeader()
				.value("Allow", (allow) -> assertThat(allow).contains(HttpMethod.GET.name()));
		});
	}

}
