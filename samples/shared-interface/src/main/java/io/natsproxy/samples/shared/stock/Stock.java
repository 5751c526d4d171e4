package io.natsproxy.samples.shared.stock;

import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * The stock of articles.
 */
@HttpExchange("/stock")
public interface Stock {

	/**
	 * Returns how much there is of an article.
	 * @param article the name of the article
	 * @return the article and its quantity
	 */
	@GetExchange("/{article}")
	Article find(@PathVariable String article);

	/**
	 * Adds to the stock.
	 * @param delivery what has come
	 * @return the article and its new quantity
	 */
	@PostExchange
	Article add(@RequestBody Article delivery);

}
