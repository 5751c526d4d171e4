package io.natsproxy.webserver;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * A test as it is written for an HTTP port: its client calls over NATS.
 */
@SpringBootTest(classes = NatsWebServerApplicationTests.Application.class,
		webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "natsproxy.embedded.enabled=true", "spring.application.name=random-port" })
@AutoConfigureWebTestClient
class RandomPortTests {

	@Autowired
	private WebTestClient client;

	@Test
	void clientCallsOverNats() {
		this.client.get().uri("/hello").exchange().expectStatus().isOk().expectBody(String.class).isEqualTo("hello");
	}

}
