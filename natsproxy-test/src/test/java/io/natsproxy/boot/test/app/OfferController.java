package io.natsproxy.boot.test.app;

import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.annotation.NatsPost;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;

/**
 * Makes offers.
 */
@NatsController
public class OfferController {

	private final Prices prices;

	OfferController(Prices prices) {
		this.prices = prices;
	}

	@NatsGet("/offers/{article}")
	Offer offer(@PathVariable String article) {
		return new Offer(article, this.prices.of(article));
	}

	@NatsPost("/offers")
	@ResponseStatus(HttpStatus.CREATED)
	Offer create(@Valid @RequestBody Offer offer) {
		if (offer.cents() < 0) {
			throw new IllegalArgumentException("negative");
		}
		return offer;
	}

	/**
	 * An offer.
	 *
	 * @param article the article
	 * @param cents its price
	 */
	public record Offer(@NotBlank String article, int cents) {

	}

}
