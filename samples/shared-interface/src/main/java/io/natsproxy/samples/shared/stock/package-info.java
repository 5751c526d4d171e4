/**
 * What the services say to each other: the interface, which one implements and the other
 * calls.
 */
@NullMarked
package io.natsproxy.samples.shared.stock;

import org.jspecify.annotations.NullMarked;
