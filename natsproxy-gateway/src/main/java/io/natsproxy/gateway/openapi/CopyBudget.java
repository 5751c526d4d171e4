package io.natsproxy.gateway.openapi;

import java.util.Map;

import tools.jackson.databind.JsonNode;

/**
 * How much of a document may be copied: a few times what it has, however often its parts
 * are referred to. Counted in weights, which are about the bytes that nodes take. Not
 * safe for use by several threads.
 */
final class CopyBudget {

	/**
	 * The weight of a node without its text.
	 */
	static final int NODE = 64;

	private static final int SPARE = 128 * 1024;

	private final long limit;

	private long spent;

	/**
	 * Creates a budget.
	 * @param weight the weight of the document
	 * @param times how many times that may be copied
	 */
	CopyBudget(long weight, int times) {
		this.limit = weight * times + SPARE;
	}

	/**
	 * Returns the weight of a node with all that it has.
	 */
	static long weight(JsonNode node) {
		long weight = own(node);
		if (node.isObject()) {
			for (Map.Entry<String, JsonNode> entry : node.properties()) {
				weight += entry.getKey().length() + weight(entry.getValue());
			}
		}
		else {
			for (JsonNode each : node) {
				weight += weight(each);
			}
		}
		return weight;
	}

	private static long own(JsonNode node) {
		return NODE + (node.isString() ? node.asString().length() : 0);
	}

	/**
	 * Spends what a node weighs, without what it has.
	 */
	void spendNode(JsonNode node) {
		spend(own(node));
	}

	/**
	 * Spends some.
	 * @param weight the weight, or a number of steps
	 * @throws SpentBudgetException if there is no more
	 */
	void spend(long weight) {
		this.spent += weight;
		if (this.spent > this.limit) {
			throw new SpentBudgetException();
		}
	}

	/**
	 * Returns what has been spent.
	 */
	long spent() {
		return this.spent;
	}

	/**
	 * Thrown when a document takes more than its budget.
	 */
	static final class SpentBudgetException extends RuntimeException {

		SpentBudgetException() {
			super("it takes many times its length", null, false, false);
		}

	}

}
