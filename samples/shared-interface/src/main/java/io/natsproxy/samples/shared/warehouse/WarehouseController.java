package io.natsproxy.samples.shared.warehouse;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.natsproxy.samples.shared.stock.Article;
import io.natsproxy.samples.shared.stock.Stock;
import io.natsproxy.webflux.annotation.NatsController;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/**
 * Answers the calls of {@link Stock}, whose annotations say which.
 */
@NatsController
class WarehouseController implements Stock {

	private final Map<String, Article> articles = new ConcurrentHashMap<>();

	@Override
	public Article find(String article) {
		Article found = this.articles.get(article);
		if (found == null) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no " + article);
		}
		return found;
	}

	@Override
	public Article add(Article delivery) {
		return this.articles.merge(delivery.name(), delivery,
				(old, added) -> new Article(old.name(), old.quantity() + added.quantity()));
	}

}
