/**
 * Bodies between WebFlux, which moves data buffers, and the wire, which moves byte
 * arrays.
 */
@NullMarked
package io.natsproxy.webflux.body;

import org.jspecify.annotations.NullMarked;
