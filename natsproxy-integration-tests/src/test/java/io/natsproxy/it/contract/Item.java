package io.natsproxy.it.contract;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;

/**
 * What is sent and returned as JSON.
 *
 * @param name a name
 * @param count a number
 */
record Item(@NotBlank String name, @Max(100) int count) {

}
