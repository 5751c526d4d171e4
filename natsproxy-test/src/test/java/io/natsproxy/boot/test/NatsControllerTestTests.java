package io.natsproxy.boot.test;

import io.natsproxy.boot.test.app.OfferController;
import io.natsproxy.boot.test.app.Prices;
import io.natsproxy.boot.test.app.ShopApplication;
import io.natsproxy.boot.test.autoconfigure.NatsControllerTest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.bean.override.convention.TestBean;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A slice of the controllers that it names, without a port.
 */
@NatsControllerTest(OfferController.class)
@ContextConfiguration(classes = ShopApplication.class)
class NatsControllerTestTests {

	@Autowired
	private WebTestClient web;

	@Autowired
	private RestTestClient rest;

	@Autowired
	private ApplicationContext context;

	@TestBean
	private Prices prices;

	static Prices prices() {
		return new Prices(RestClient.builder()) {

			@Override
			public int of(String article) {
				return article.length();
			}

		};
	}

	@Test
	void controllerAnswersOverNats() {
		this.web.get()
			.uri("/offers/screws")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.valueEquals("X-Marked", "yes")
			.expectBody(OfferController.Offer.class)
			.isEqualTo(new OfferController.Offer("screws", 6));
		this.rest.post()
			.uri("/offers")
			.body(new OfferController.Offer("bolts", 7))
			.exchange()
			.expectStatus()
			.isCreated()
			.expectBody(OfferController.Offer.class)
			.isEqualTo(new OfferController.Offer("bolts", 7));
	}

	@Test
	void adviceAndValidationArePartOfIt() {
		this.web.post()
			.uri("/offers")
			.bodyValue(new OfferController.Offer("bolts", -1))
			.exchange()
			.expectStatus()
			.isEqualTo(HttpStatus.CONFLICT);
		this.web.post()
			.uri("/offers")
			.bodyValue(new OfferController.Offer(" ", 1))
			.exchange()
			.expectStatus()
			.isBadRequest();
	}

	@Test
	void nothingElseIsPartOfIt() {
		assertThat(this.context.containsBean("otherController")).isFalse();
		assertThat(this.context.getEnvironment().getProperty("local.server.port")).isNull();
	}

}
