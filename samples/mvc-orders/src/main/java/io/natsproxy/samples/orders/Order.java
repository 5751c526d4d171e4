package io.natsproxy.samples.orders;

import jakarta.validation.constraints.NotBlank;

/**
 * An order.
 *
 * @param id its number, 0 before it has one
 * @param item what is ordered
 */
public record Order(long id, @NotBlank String item) {

}
