/**
 * The client side: a connector through which a WebClient calls over NATS.
 */
@NullMarked
package io.natsproxy.webflux.client;

import org.jspecify.annotations.NullMarked;
