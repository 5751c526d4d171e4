package io.natsproxy.samples.shared.stock;

/**
 * A quantity of an article.
 *
 * @param name the name of the article
 * @param quantity the number of pieces
 */
public record Article(String name, int quantity) {

}
