package io.natsproxy.samples.shared.shop;

import io.natsproxy.samples.shared.stock.Stock;
import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.server.ResponseStatusException;

/**
 * Offers what the warehouse has.
 */
@NatsController
class ShopController {

	private final Stock stock;

	ShopController(Stock stock) {
		this.stock = stock;
	}

	@NatsGet("/offers/{article}")
	Offer offer(@PathVariable String article) {
		try {
			return new Offer(article, this.stock.find(article).quantity() > 0);
		}
		catch (HttpClientErrorException.NotFound ex) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND, "We do not sell " + article, ex);
		}
	}

	/**
	 * An offer to a customer.
	 *
	 * @param article the name of the article
	 * @param available whether it can be had at once
	 */
	record Offer(String article, boolean available) {

	}

}
