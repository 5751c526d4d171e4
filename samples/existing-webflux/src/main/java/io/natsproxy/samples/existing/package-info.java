/**
 * A small shop for WebFlux, in which nothing tells of NATS.
 */
@NullMarked
package io.natsproxy.samples.existing;

import org.jspecify.annotations.NullMarked;
