package io.natsproxy.boot.test.app;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Service;
import org.springframework.web.client.RestClient;

/**
 * Asks another service for prices: no part of a slice.
 */
@Service
public class Prices {

	private final RestClient client;

	public Prices(@Qualifier("nats") RestClient.Builder builder) {
		this.client = builder.build();
	}

	public int of(String article) {
		Price price = this.client.get().uri("/prices/{article}", article).retrieve().body(Price.class);
		return (price != null) ? price.cents() : -1;
	}

	/**
	 * Price of an article.
	 *
	 * @param cents the price
	 */
	public record Price(int cents) {

	}

}
