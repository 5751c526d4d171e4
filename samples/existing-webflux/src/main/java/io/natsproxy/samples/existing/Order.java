package io.natsproxy.samples.existing;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;

/**
 * An order.
 *
 * @param article what is ordered
 * @param count how many of it
 */
record Order(@NotBlank String article, @Positive int count) {

}
