package io.natsproxy.samples.orders;

import jakarta.validation.constraints.NotBlank;

/**
 * An order.
 *
 * @param id its number
 * @param item what is ordered
 */
record Order(long id, String item) {

	/**
	 * An order that has no number yet.
	 *
	 * @param item what is ordered
	 */
	record New(@NotBlank String item) {

	}

}
