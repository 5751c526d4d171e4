/**
 * Observations of the exchanges of a gateway with services, by which traces go on over
 * NATS.
 */
@NullMarked
package io.natsproxy.gateway.observation;

import org.jspecify.annotations.NullMarked;
