/**
 * The server side: NATS messages become WebFlux exchanges.
 */
@NullMarked
package io.natsproxy.webflux.server;

import org.jspecify.annotations.NullMarked;
