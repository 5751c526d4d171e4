package io.natsproxy.samples.quickstart;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The quickstart answers HTTP requests over NATS.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class QuickstartApplicationTests {

	@Test
	void answersWhatTheReadmeAsks(@LocalServerPort int port) {
		WebTestClient.bindToServer()
			.baseUrl("http://localhost:" + port)
			.build()
			.get()
			.uri("/test/12324/123")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.valueEquals("Cache-Control", "no-store")
			.expectBody()
			.json("""
					{"user":"Radek","event":"12324","session":"123"}
					""");
	}

	@Test
	void showsWhatItAnswers(@LocalServerPort int port) {
		WebTestClient client = WebTestClient.bindToServer().baseUrl("http://localhost:" + port).build();
		Awaitility.await()
			.untilAsserted(() -> client.get()
				.uri("/v3/api-docs")
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.paths['/test/{event}/{session}'].get.parameters.length()")
				.isEqualTo(2));
		client.get().uri("/swagger-ui/index.html").exchange().expectStatus().isOk().expectBody().returnResult();
	}

}
