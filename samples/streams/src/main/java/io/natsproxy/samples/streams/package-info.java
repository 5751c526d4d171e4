/**
 * A gateway with a page on what declared routes lead to: a stream of prices, orders that
 * are acknowledged, and files.
 */
@NullMarked
package io.natsproxy.samples.streams;

import org.jspecify.annotations.NullMarked;
