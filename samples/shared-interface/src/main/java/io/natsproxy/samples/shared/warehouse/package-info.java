/**
 * The service that knows the stock.
 */
@NullMarked
package io.natsproxy.samples.shared.warehouse;

import org.jspecify.annotations.NullMarked;
