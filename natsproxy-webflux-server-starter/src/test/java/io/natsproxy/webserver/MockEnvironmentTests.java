package io.natsproxy.webserver;

import io.natsproxy.webflux.server.NatsServer;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A test without a web server: nothing of the application is on NATS.
 */
@SpringBootTest(classes = NatsWebServerApplicationTests.Application.class,
		properties = { "natsproxy.embedded.enabled=true", "spring.application.name=mock" })
@AutoConfigureWebTestClient
class MockEnvironmentTests {

	@Autowired
	private WebTestClient client;

	@Autowired
	private NatsServer server;

	@Test
	void clientCallsTheChain() {
		this.client.get().uri("/hello").exchange().expectStatus().isOk().expectBody(String.class).isEqualTo("hello");
		assertThat(this.server.getRoutes()).isEmpty();
	}

}
