package io.natsproxy.samples.existing;

import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The shop's own test, as it was for an HTTP port: its client calls over NATS.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, properties = "natsproxy.embedded.enabled=true")
@AutoConfigureWebTestClient
class ShopApplicationTests {

	@Autowired
	private WebTestClient client;

	@Test
	void ordersAreTaken() {
		String location = this.client.post()
			.uri("/orders")
			.bodyValue(new Order("lamp", 2))
			.exchange()
			.expectStatus()
			.isCreated()
			.returnResult(Order.class)
			.getResponseHeaders()
			.getFirst("Location");
		this.client.get().uri(location).exchange().expectBody(Order.class).isEqualTo(new Order("lamp", 2));
	}

	@Test
	void ordersAreValidated() {
		this.client.post().uri("/orders").bodyValue(new Order(" ", 0)).exchange().expectStatus().isBadRequest();
		this.client.get().uri("/orders/1000").exchange().expectStatus().isNotFound();
	}

	@Test
	void eventsAreSentWhileTheyHappen() {
		StepVerifier
			.create(this.client.get()
				.uri("/orders/events")
				.accept(MediaType.TEXT_EVENT_STREAM)
				.exchange()
				.returnResult(String.class)
				.getResponseBody())
			.assertNext((event) -> assertThat(event).endsWith(" orders"))
			.assertNext((event) -> assertThat(event).endsWith(" orders"))
			.thenCancel()
			.verify();
	}

	@Test
	void pagesAreServed() {
		this.client.get()
			.uri("/")
			.accept(MediaType.TEXT_HTML)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.value((page) -> assertThat(page).contains("<h1>Shop</h1>"));
	}

}
