package io.natsproxy.boot.test;

import io.natsproxy.boot.test.app.ShopApplication;
import io.natsproxy.boot.test.autoconfigure.AutoConfigureNatsTransport;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * A test of an application with a web server keeps the client that calls it.
 */
@SpringBootTest(classes = ShopApplication.class, webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureWebTestClient
@AutoConfigureNatsTransport
class HttpBesideTests {

	@Autowired
	private WebTestClient client;

	@Autowired
	@Qualifier("nats")
	private ClientHttpConnector connector;

	@Test
	void clientOfSpringBootCallsOverHttp() {
		this.client.get().uri("/other").exchange().expectStatus().isNotFound();
		WebTestClient.bindToServer(this.connector).build().get().uri("/other").exchange().expectStatus().isOk();
	}

}
