package io.natsproxy.samples.hello.app;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The service answers over NATS, without an HTTP port.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE, properties = "natsproxy.embedded.enabled=true")
class HelloServiceApplicationTests {

	private final WebTestClient client;

	HelloServiceApplicationTests(@Autowired @Qualifier("nats") ClientHttpConnector connector) {
		this.client = WebTestClient.bindToServer(connector).build();
	}

	@Test
	void answersWithPathVariables() {
		this.client.get().uri("/test/a b/c.d").exchange().expectStatus().isOk().expectBody().json("""
				{"user":"Radek","event":"a b","session":"c.d"}
				""");
	}

	@Test
	void echoesBodyAndContentType() {
		this.client.post()
			.uri("/echo")
			.header("Content-Type", "text/csv")
			.bodyValue("a;b")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.contentType("text/csv")
			.expectBody(String.class)
			.isEqualTo("a;b");
	}

	@Test
	void failsWithoutSayingWhy() {
		this.client.get()
			.uri("/fail")
			.exchange()
			.expectStatus()
			.is5xxServerError()
			.expectBody()
			.jsonPath("$.detail")
			.doesNotExist();
	}

}
